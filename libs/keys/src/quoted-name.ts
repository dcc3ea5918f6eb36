import { quoted } from '@enrollkit/base';

/** Longer than any kid or alias in use. */
const LONGEST = 120;

/** A kid, an alias or a purpose as a message may show it. */
export function quotedName(name: string): string {
  return quoted(name, LONGEST);
}
