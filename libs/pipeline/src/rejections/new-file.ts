import { randomBytes } from 'node:crypto';
import { link, lstat, open, readFile, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname, join, parse } from 'node:path';

/** More files of one name than anybody keeps. */
const MOST_NUMBERS = 10_000;

/**
 * A file that appears under its name only when it is complete, that only its owner may read (0600), and that
 * replaces nothing: where the name is taken, by a file or a symbolic link, it gets a number (`NAME-2.csv`). A
 * file that is there already with the same content is left as it is.
 */
export class NewFile {
  readonly #wanted: string;
  readonly #part: string;
  readonly #file: FileHandle;

  private constructor(wanted: string, part: string, file: FileHandle) {
    this.#wanted = wanted;
    this.#part = part;
    this.#file = file;
  }

  /** Begins a file. Throws what the file system throws. */
  static async begin(path: string): Promise<NewFile> {
    const part = join(dirname(path), `.${parse(path).base}.${randomBytes(6).toString('hex')}.part`);
    // Exclusive: neither an existing file nor a link is opened.
    return new NewFile(path, part, await open(part, 'wx', 0o600));
  }

  async write(text: string): Promise<void> {
    await this.#file.writeFile(text);
  }

  /** Gives the file its name, and answers it. Leaves nothing behind when it fails. */
  async publish(): Promise<string> {
    try {
      await this.#file.sync();
      await this.#file.close();
      for (let number = 1; number <= MOST_NUMBERS; number++) {
        const path = numbered(this.#wanted, number);
        if ((await linked(this.#part, path)) || (await isSame(this.#part, path))) return path;
      }
      throw new Error(`there are ${MOST_NUMBERS} files named like ${this.#wanted}`);
    } finally {
      await this.discard();
    }
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#file.close().catch(() => undefined);
    await rm(this.#part, { force: true });
  }
}

function numbered(path: string, number: number): string {
  const { dir, name, ext } = parse(path);
  return number === 1 ? path : join(dir, `${name}-${number}${ext}`);
}

/** Whether the file got the name; false when it is taken. */
async function linked(part: string, path: string): Promise<boolean> {
  try {
    await link(part, path);
    return true;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (code !== 'EPERM' && code !== 'ENOTSUP' && code !== 'ENOSYS' && code !== 'EOPNOTSUPP') throw error;
  }
  return renamed(part, path);
}

/** For file systems without hard links: the name is taken first, and the file moved over it. */
async function renamed(part: string, path: string): Promise<boolean> {
  try {
    await (await open(path, 'wx', 0o600)).close();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  await rename(part, path);
  return true;
}

async function isSame(part: string, path: string): Promise<boolean> {
  const [one, other] = await Promise.all([lstat(part), lstat(path).catch(() => undefined)]);
  if (other === undefined || !other.isFile() || one.size !== other.size) return false;
  return (await readFile(part)).equals(await readFile(path));
}
