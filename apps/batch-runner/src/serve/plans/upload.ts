import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { ServeError } from '../errors.ts';

/** A file that was uploaded, in a folder of its own that only this user can read. */
export interface UploadedFile {
  readonly path: string;
  /** Deletes it. */
  remove(): void;
}

/**
 * Writes a body to a private temporary file, as it comes. Throws `ServeError` `upload-too-large` and
 * `upload-incomplete`; then nothing of it is left.
 */
export async function receiveUpload(
  body: ReadableStream<Uint8Array> | null,
  { fileName, maxBytes }: { readonly fileName: string; readonly maxBytes: number },
): Promise<UploadedFile> {
  const folder = mkdtempSync(join(tmpdir(), 'enrollkit-plan-'));
  const remove = (): void => {
    process.off('exit', remove);
    rmSync(folder, { recursive: true, force: true });
  };
  process.on('exit', remove);
  const path = join(folder, `upload${endingOf(fileName)}`);
  try {
    await pipeline(
      Readable.from(body ?? []),
      atMost(maxBytes),
      createWriteStream(path, { mode: 0o600, flags: 'wx' }),
    );
    return { path, remove };
  } catch (cause) {
    remove();
    if (cause instanceof ServeError) throw cause;
    throw new ServeError('upload-incomplete', 'The upload broke off', { hint: 'send it again', cause });
  }
}

/** The end of a name says the format; the rest of it says nothing that is needed. */
function endingOf(fileName: string): string {
  return /(?:\.[a-z0-9]{1,10}){1,2}$/i.exec(fileName)?.[0] ?? '';
}

function atMost(maxBytes: number): Transform {
  let bytes = 0;
  return new Transform({
    transform(chunk: Uint8Array, _encoding, done) {
      bytes += chunk.length;
      if (bytes <= maxBytes) return done(null, chunk);
      done(
        new ServeError('upload-too-large', `The file is larger than ${maxBytes} bytes`, {
          hint: 'plan it where it is: enrollkit plan FILE',
        }),
      );
    },
  });
}
