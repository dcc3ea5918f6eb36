import { readFileSync, statSync } from 'node:fs';
import { isMap, isScalar, LineCounter, parseDocument, YAMLParseError, type Document } from 'yaml';
import { RunnerError } from '../errors.ts';

/** The content of a YAML file, and the place of each key. */
export interface ReadYaml {
  readonly content: unknown;
  /** Dotted path of each key -> `file:line`. */
  readonly places: ReadonlyMap<string, string>;
}

/** No configuration is as long as that. */
const MOST_BYTES = 1 << 20;
/** Times that aliases may be unfolded. */
const MOST_ALIASES = 50;

/**
 * Reads a YAML file. Throws `RunnerError` `config-invalid` for one that cannot be read, parsed or resolved.
 */
export function readYaml(file: string): ReadYaml {
  const lines = new LineCounter();
  try {
    if (statSync(file).size > MOST_BYTES) throw new RangeError(`more than ${MOST_BYTES} bytes`);
    const document = parseDocument(readFileSync(file, 'utf8'), { lineCounter: lines, uniqueKeys: true });
    const [problem] = document.errors;
    if (problem) throw problem;
    // Resolves aliases, which may be undefined, recursive, or unfold to more than any memory holds.
    const content: unknown = document.toJS({ maxAliasCount: MOST_ALIASES });
    return { content, places: placesOf(document, (offset) => `${file}:${lines.linePos(offset).line}`) };
  } catch (error) {
    throw unreadable(error, file, lines);
  }
}

/** What the file system or the YAML parser threw (for a deep nesting a `RangeError`), as a refusal. */
function unreadable(error: unknown, file: string, lines: LineCounter): RunnerError {
  const message = error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error);
  if (error instanceof YAMLParseError) {
    const { line, col } = lines.linePos(error.pos[0]);
    return new RunnerError('config-invalid', `${file}:${line}:${col}: ${message}`, {
      hint: 'the config file is YAML; enrollkit init writes a commented one',
    });
  }
  if (error instanceof Error && 'syscall' in error)
    return new RunnerError('config-invalid', `${file} cannot be read: ${message}`, {
      hint: 'name a file that the current user may read: --config FILE',
      cause: error,
    });
  return new RunnerError('config-invalid', `${file}: this YAML cannot be resolved: ${message}`, {
    hint: 'write the settings without anchors and aliases, and no deeper than enrollkit init does',
    cause: error,
  });
}

function placesOf(document: Document, place: (offset: number) => string): Map<string, string> {
  const places = new Map<string, string>();
  const walk = (node: unknown, path: string): void => {
    if (!isMap(node)) return;
    for (const pair of node.items) {
      if (!isScalar(pair.key)) continue;
      const inner = path === '' ? String(pair.key.value) : `${path}.${String(pair.key.value)}`;
      places.set(inner, place(pair.key.range?.[0] ?? 0));
      walk(pair.value, inner);
    }
  };
  walk(document.contents, '');
  return places;
}
