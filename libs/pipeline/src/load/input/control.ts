import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { InputError } from './errors.ts';

/** What a complete and unchanged file has, by somebody else's word. */
export interface ControlTotals {
  /** Rows, header and trailer not counted. */
  readonly rows?: number;
  /** Of the file as it was delivered, in hex. */
  readonly sha256?: string;
  readonly md5?: string;
}

/** The kinds of files that stand beside an input and vouch for it: `FILE.md5`, `FILE.sha256`, `FILE.ctl`. */
export type SidecarKind = 'md5' | 'sha256' | 'ctl';

const digests = { md5: /\b[\da-f]{32}\b/i, sha256: /\b[\da-f]{64}\b/i };
const NAMED_ROWS = /(?:rows?|records?|count|total|lines?)\W{0,3}(\d{1,15})\b/i;
const ANY_NUMBER = /^\s*(\d{1,15})\s*$/m;

/**
 * Reads the file that vouches for an input. Throws `InputError` `sidecar-missing` and `sidecar-unreadable`.
 */
export async function readSidecar(source: string, kind: SidecarKind): Promise<ControlTotals> {
  const path = `${source}.${kind}`;
  const text = await readFile(path, 'utf8').catch((cause: unknown) => {
    throw new InputError('sidecar-missing', {
      message: `${path}, which input.sidecar asks for, cannot be read`,
      hint: 'Wait until it is delivered, too, or fetch it again',
      cause,
    });
  });
  const sha256 = digests.sha256.exec(text)?.[0];
  const md5 = digests.md5.exec(text)?.[0];
  const rows = kind === 'ctl' ? (NAMED_ROWS.exec(text) ?? ANY_NUMBER.exec(text))?.[1] : undefined;
  const totals: ControlTotals = {
    ...(kind !== 'md5' && sha256 !== undefined && { sha256 }),
    ...(kind !== 'sha256' && md5 !== undefined && { md5 }),
    ...(rows !== undefined && { rows: Number(rows) }),
  };
  if (Object.keys(totals).length > 0) return totals;
  throw new InputError('sidecar-unreadable', {
    message: `${path} holds no digest and no count`,
    hint: 'A .md5 or .sha256 file holds the digest in hex; a .ctl file a digest, or a count as rows=4711',
  });
}

/** Compares the digests of an input with what was said. Throws `InputError` `digest-differs`. */
export async function assertDigests(
  bytes: AsyncIterable<Buffer>,
  totals: Pick<ControlTotals, 'sha256' | 'md5'>,
): Promise<void> {
  const said = (['sha256', 'md5'] as const).filter((name) => totals[name] !== undefined);
  const hashes = said.map((name) => createHash(name));
  for await (const part of bytes) for (const hash of hashes) hash.update(part);
  for (const [index, name] of said.entries()) {
    const found = hashes[index]?.digest('hex') ?? '';
    if (found === totals[name]?.toLowerCase()) continue;
    throw new InputError('digest-differs', {
      message: `The ${name} of the file begins with ${found.slice(0, 12)}, and ${totals[name]?.slice(0, 12)} was expected`,
      hint: 'The file is not the one that was sent: fetch it again; nothing was sent',
    });
  }
}
