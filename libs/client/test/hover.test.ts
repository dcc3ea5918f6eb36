import { join } from 'node:path';
import ts from 'typescript';
import { expect, test } from 'vitest';

test('every method of the clients shows the words of the contract about its operation', () => {
  const root = join(import.meta.dirname, '../../..');
  const settings = ts.readConfigFile(join(root, 'tsconfig.base.json'), (file) => ts.sys.readFile(file));
  const { options } = ts.parseJsonConfigFileContent(
    { ...(settings.config as object), files: [] },
    ts.sys,
    root,
  );
  const entry = join(root, 'libs/client/src/index.ts');
  const program = ts.createProgram([entry], options);
  const checker = program.getTypeChecker();
  const source = program.getSourceFile(entry);
  const exports = source ? checker.getExportsOfModule(checker.getSymbolAtLocation(source) as ts.Symbol) : [];
  const shown = ['ClickToPayClient', 'CredentialDirectoryClient'].flatMap((name) => {
    const exported = exports.find((one) => one.name === name) as ts.Symbol;
    const symbol = checker.getAliasedSymbol(exported);
    return checker
      .getDeclaredTypeOfSymbol(symbol)
      .getProperties()
      .map(
        (method) => [method.name, ts.displayPartsToString(method.getDocumentationComment(checker))] as const,
      );
  });
  const words = new Map(shown);
  expect(words.get('enrollBatch')).toContain('Enroll one or many cardholders in one batch');
  expect(words.get('getCredentialInDirectory')).toContain('Read a credential');
  // `request` is openapi-fetch's own.
  expect(new Set(shown.filter(([, text]) => text === '').map(([name]) => name))).toEqual(
    new Set(['request']),
  );
});
