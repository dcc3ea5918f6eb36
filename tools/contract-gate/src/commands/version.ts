import { typesOfDocument } from '../codegen/types.ts';
import { diffContracts } from '../diff/diff.ts';
import { removedNames } from '../diff/sdk.ts';
import { hasMoved, nextVersion } from '../diff/version.ts';
import { exitCodes } from '../exit-codes.ts';
import { type Bundle, loadBundle } from '../spec/bundle.ts';
import { asObject, asString } from '../spec/json.ts';
import type { Command } from './command.ts';

/** `version BASE REVISION`: how far the next version must move, and why. */
export const versionCommand: Command = {
  name: 'version',
  register(program, run) {
    program
      .command('version')
      .description(
        'Print whether the next version is major, minor, patch or none, and why. Names in generated code count.',
      )
      .argument('<base>', 'an OpenAPI file, or <git revision>:<path>')
      .argument('<revision>', 'an OpenAPI file, or <git revision>:<path>')
      .option('--json', 'print JSON', false)
      .option('--check', 'exit 1 when info.version of the revision has not moved as far as that', false)
      .action((base: string, revision: string, options: { json: boolean; check: boolean }) =>
        run(async ({ voice, cwd }) => {
          const [before, after] = await Promise.all([loadBundle(base, cwd), loadBundle(revision, cwd)]);
          const documents = { base: before.document, revision: after.document };
          const gone = removedNames(await exportedNames(before), await exportedNames(after));
          const version = nextVersion(documents, diffContracts(documents.base, documents.revision), gone);
          if (options.json) voice.out(`${JSON.stringify(version, null, 2)}\n`);
          else
            voice.out(
              `${[version.level, ...version.because.map((line) => `  ${line}`), ...(version.next === undefined ? [] : [`next: ${version.next}`])].join('\n')}\n`,
            );
          const is = asString(asObject(documents.revision.info).version) ?? '';
          if (!options.check || hasMoved(documents.base, is, version)) return exitCodes.ok;
          voice.err(
            `error: info.version is ${is}, and should be ${version.next ?? 'another one'}${version.next === undefined ? '' : ' or later'}\nhint: Set info.version in the spec.\n`,
          );
          return exitCodes.findings;
        }),
      );
  },
};

/** What a program can import from the generated types. */
async function exportedNames(bundle: Bundle): Promise<string[]> {
  const { text } = await typesOfDocument(bundle);
  return [...text.matchAll(/^export (?:type|interface|const|enum) (\w+)/gm)].map(([, name]) => name ?? '');
}
