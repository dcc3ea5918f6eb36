import { createHash } from 'node:crypto';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';

import { type DocumentKind, readDocument } from '../config/document.ts';
import { SpecError } from '../spec/errors.ts';
import type { Json } from '../spec/json.ts';

/** Who published what, who verified it, and what runs where: the truth behind `can-i-deploy`, kept in git. */
export interface Matrix {
  readonly pacts: readonly PublishedPact[];
  readonly verifications: readonly Verification[];
  readonly deployments: readonly Deployment[];
}

/** A pact of one version of a consumer. */
export interface PublishedPact {
  readonly consumer: string;
  readonly version: string;
  readonly provider: string;
  /** SHA-256 of its content, hexadecimal: two versions with the same content need one verification. */
  readonly content: string;
  readonly date: string;
}

/** That one version of a provider keeps a pact, or does not. The last word counts. */
export interface Verification {
  readonly consumer: string;
  readonly provider: string;
  readonly providerVersion: string;
  readonly content: string;
  readonly result: 'success' | 'failure';
  readonly date: string;
}

/** Which version of a participant runs in an environment. The last one counts. */
export interface Deployment {
  readonly participant: string;
  readonly version: string;
  readonly environment: string;
  readonly date: string;
}

const text = { type: 'string', minLength: 1 } as const;
const list = (...names: readonly string[]) => ({
  type: 'array',
  items: {
    type: 'object',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, text])),
  },
});
const kind: DocumentKind = {
  name: 'the matrix',
  code: 'matrix-unusable',
  hint: 'Only `contract-gate record` writes it; restore the last good version from git.',
  schema: {
    type: 'object',
    required: ['pacts', 'verifications', 'deployments'],
    properties: {
      pacts: list('consumer', 'version', 'provider', 'content', 'date'),
      verifications: list('consumer', 'provider', 'providerVersion', 'content', 'result', 'date'),
      deployments: list('participant', 'version', 'environment', 'date'),
    },
  },
};

/** The matrix in a folder, with the contents of its pacts beside it. */
export class MatrixStore {
  readonly #file: string;
  readonly #cwd: string;
  #last: Promise<unknown> = Promise.resolve();

  /** `file` is relative to `cwd`. */
  constructor(file: string, cwd: string) {
    this.#file = file;
    this.#cwd = cwd;
  }

  /** The matrix; an empty one when there is no file. Throws `SpecError`. */
  async read(): Promise<Matrix> {
    const source = await readDocument(this.#file, this.#cwd, kind);
    return source === undefined
      ? { pacts: [], verifications: [], deployments: [] }
      : (source.value as unknown as Matrix);
  }

  /** Changes the matrix, one change after the other; the file is replaced as a whole. */
  async change(edited: (matrix: Matrix) => Matrix): Promise<void> {
    const done = this.#last.then(async () =>
      this.#write(this.#path(), `${JSON.stringify(edited(await this.read()), null, 2)}\n`),
    );
    this.#last = done.catch(() => undefined);
    await done;
  }

  /**
   * Keeps a pact of one version of its consumer. The same one twice is one; another one for the same version
   * throws.
   */
  async publish(
    pact: Json,
    { consumer, provider, version, date }: Omit<PublishedPact, 'content'>,
  ): Promise<string> {
    const written = `${JSON.stringify(pact, null, 2)}\n`;
    const content = createHash('sha256').update(written).digest('hex');
    await this.change((matrix) => {
      const known = matrix.pacts.find(
        (other) => other.consumer === consumer && other.provider === provider && other.version === version,
      );
      if (known === undefined)
        return { ...matrix, pacts: [...matrix.pacts, { consumer, version, provider, content, date }] };
      if (known.content === content) return matrix;
      throw new SpecError(
        'matrix-unusable',
        `${consumer} ${version} has another pact with ${provider} already`,
        { hint: 'A version has one pact: publish under a new version, as the commit it was made from.' },
      );
    });
    await this.#write(this.#contentPath(content), written);
    return content;
  }

  /** The text of a pact. Throws `SpecError` when it is not there. */
  async content(content: string): Promise<string> {
    try {
      return await readFile(this.#contentPath(content), 'utf8');
    } catch (cause) {
      throw new SpecError('matrix-unusable', `the pact ${content} is not beside the matrix`, {
        cause,
        hint: 'Commit the folder `pacts` with the matrix.',
      });
    }
  }

  #path(): string {
    return resolve(this.#cwd, this.#file);
  }

  #contentPath(content: string): string {
    return join(dirname(this.#path()), 'pacts', `${/^[0-9a-f]{64}$/.exec(content)?.[0] ?? 'none'}.json`);
  }

  async #write(path: string, written: string): Promise<void> {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(`${path}.new`, written);
    await rename(`${path}.new`, path);
  }
}
