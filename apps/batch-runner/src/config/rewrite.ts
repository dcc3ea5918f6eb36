import { closeSync, fsyncSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import { parseDocument } from 'yaml';

/**
 * A change to a section of the config file: a value for each key that changes, undefined for one that goes.
 */
export type SectionChange = Readonly<Record<string, unknown>>;

/** The file's text with one section changed; comments, order and everything else stay as they are. */
export function changedSection(text: string, section: string, change: SectionChange): string {
  const document = parseDocument(text);
  for (const [key, value] of Object.entries(change)) {
    if (value === undefined) document.deleteIn([section, key]);
    else document.setIn([section, key], document.createNode(value));
  }
  return document.toString({ lineWidth: 0, flowCollectionPadding: true });
}

/**
 * Replaces a file as a whole or not at all: the new text is written beside it with the same mode, given to
 * `judge` under its own name, and takes the old one's place only when `judge` did not throw.
 */
export async function replaceFile<T>(
  file: string,
  text: string,
  judge: (candidate: string) => Promise<T>,
): Promise<T> {
  const candidate = `${file}.${process.pid}.new`;
  const { mode } = statSync(file);
  const handle = openSync(candidate, 'wx', mode & 0o777);
  try {
    writeSync(handle, text);
    fsyncSync(handle);
    closeSync(handle);
    const judged = await judge(candidate);
    renameSync(candidate, file);
    return judged;
  } finally {
    rmSync(candidate, { force: true });
  }
}
