import ts from 'typescript';
import { isGenerated } from './files.ts';
import type { Source } from './sources.ts';

/**
 * Words of a private language that this code once had, as parts of identifiers and file names, each with the
 * standard term that stands for it (docs/glossary.md says which words stay).
 */
export const bannedWords: Readonly<Record<string, string>> = {
  road: 'transport, network',
  roadbook: 'request log',
  crew: 'worker pool',
  fellow: 'worker',
  feeder: 'loader',
  room: 'context',
  workshop: 'dependencies',
  desk: 'context',
  carry: 'process, run',
  carrying: 'context',
  carrier: 'command',
  deal: 'request context',
  newcomer: 'new card',
  newcomers: 'new cards',
  freshen: 'reseal',
  keeping: 'maintenance',
  tell: 'notify, report',
  told: 'reported',
  strangers: 'unmatched results',
  patience: 'retry policy',
  impatient: 'gives up too early',
  hopeless: 'give-up signal',
  nap: 'sleep',
  relay: 'outbox',
  restock: 'requeue',
  taker: 'consumer',
  dial: 'connect',
  askable: 'due for polling',
  verb: 'method',
  verbs: 'methods, repository',
  walls: 'boundaries',
  cellar: 'base layer',
  plants: 'mutants',
  planted: 'mutated',
  fates: 'fault kinds',
  mortal: 'crashing',
  spoilers: 'invalid rows',
  mend: 'fix',
  parked: 'unknown',
  uncertain: 'unknown',
};

/** Phrases that no document, comment or text for a user may hold. */
export const bannedPhrases: readonly RegExp[] = [
  /\b(crew|roadbook|newcomers?|workshop|cellar|hallway|freshen(s|ed|ing)?|restock(s|ed|ing)?)\b/i,
  /\b((?<!sending\.)uncertain|parked|nobodyToTell|doorplate|door plate|house[- ]rules|wall plan)\b/i,
  /\b(mend(s|ed|ing)?|at hand|across the street|hang(s|ing)? up|hung up)\b/i,
  /\bfellow (worker|host)s?\b|\bfeeders?\b/i,
];

/** Identifiers and file names that hold a banned word, with its place and the standard term. */
export function bannedNames(sources: readonly Source[]): string[] {
  return sources
    .filter(({ path }) => !isGenerated(path) && path !== 'tools/architecture-tests/src/words.ts')
    .flatMap((source) => [
      ...findings(source.path, source.path.split('/').slice(2).join('/')),
      ...declaredNames(source).flatMap(({ name, line }) => findings(`${source.path}:${line}`, name)),
    ]);
}

/** Lines of a text that hold a banned phrase, with their place. */
export function bannedLines({ path, text }: { readonly path: string; readonly text: string }): string[] {
  return text.split('\n').flatMap((line, index) => {
    const phrase = bannedPhrases
      .map((pattern) => pattern.exec(line)?.[0])
      .find((found) => found !== undefined);
    return phrase === undefined ? [] : [`${path}:${index + 1} says "${phrase}"`];
  });
}

function findings(place: string, name: string): string[] {
  return wordsOf(name)
    .filter((word) => Object.hasOwn(bannedWords, word))
    .map((word) => `${place} says "${word}" in ${name}: ${bannedWords[word]}`);
}

/** `readSigningKey`, `read-signing-key` and `READ_SIGNING_KEY` are the words read, signing, key. */
function wordsOf(name: string): string[] {
  return name
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .split(/[^A-Za-z]+/)
    .map((word) => word.toLowerCase());
}

function declaredNames(source: Source): { readonly name: string; readonly line: number }[] {
  const file = ts.createSourceFile(source.path, source.text, ts.ScriptTarget.Latest, true);
  const found: { readonly name: string; readonly line: number }[] = [];
  const visit = (node: ts.Node): void => {
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && isDeclarationName(node))
      found.push({ name: node.text, line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1 });
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function isDeclarationName(node: ts.Identifier | ts.PrivateIdentifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent) || ts.isImportSpecifier(parent)) return false;
  return 'name' in parent && parent.name === node;
}
