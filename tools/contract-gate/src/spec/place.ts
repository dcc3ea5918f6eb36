/** A place in a file, as an editor counts it. */
export interface Place {
  readonly file: string;
  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;
}

/** `file:line:column`, the form terminals and editors make a link of. */
export function showPlace(place: Place): string {
  return `${place.file}:${place.line}:${place.column}`;
}
