/** Words that would shadow what generated code uses, or what everybody takes for granted. */
const reserved = new Set([
  ...Object.getOwnPropertyNames(globalThis),
  ...`Record Partial Required Readonly Pick Omit Exclude Extract NonNullable Parameters ReturnType Awaited Uppercase
    Lowercase Capitalize Uncapitalize PropertyKey Blob Buffer any unknown never string number boolean object symbol bigint
    void type break case catch class const continue debugger default delete do else enum export extends false finally for
    function if import in instanceof new null return super switch this throw true try typeof var while with as async
    implements interface let package private protected public static yield await of Jwe paths components operations
    webhooks $defs PlainPaths PlainPathsOf Validator validator schemas`.split(/\s+/),
]);

/** Hands out identifiers of one module: each is a name in TypeScript, and no two are the same. */
export class Names {
  readonly #taken = new Set<string>();

  /** The wanted word made an identifier; with a number behind it when it is taken. */
  take(wanted: string): string {
    const stem = identifier(wanted);
    let name = stem;
    for (let count = 2; this.#taken.has(name) || reserved.has(name); count += 1) name = `${stem}${count}`;
    this.#taken.add(name);
    return name;
  }

  /** The wanted text as it is, with a number behind it when it is taken. */
  only(wanted: string): string {
    let name = wanted;
    for (let count = 2; this.#taken.has(name); count += 1) name = `${wanted}${count}`;
    this.#taken.add(name);
    return name;
  }
}

/** A word as it may stand in code: what cannot stand there parts it, and the next letter is a capital. */
export function identifier(word: string): string {
  if (/^[\p{ID_Start}_$][\p{ID_Continue}$]*$/u.test(word)) return word;
  const name = word.replaceAll(/[^\p{ID_Continue}$]+(.)?/gu, (_, next: string | undefined) =>
    (next ?? '').toUpperCase(),
  );
  return /^[\p{ID_Start}_$]/u.test(name) ? name : `_${name}`;
}

/** The same, beginning with a capital, for the middle of a name. */
export function pascal(word: string): string {
  const name = word.replaceAll(/(?:^|[^\p{ID_Continue}$]+)([\p{ID_Continue}$])/gu, (_, next: string) =>
    next.toUpperCase(),
  );
  return name.replaceAll(/[^\p{ID_Continue}$]/gu, '');
}
