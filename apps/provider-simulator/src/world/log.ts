import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import { WorldFileError } from '../errors.ts';
import type { WorldEntry } from './entries.ts';

/** A list of entries that only grows. Entries are numbered from 0. */
export interface WorldLog {
  readonly length: number;
  /** Returns the entry's number. When it returns, the entry has been handed to the operating system. */
  append(entry: WorldEntry): number;
  /** Throws `RangeError` for a number that was never given. */
  read(number: number): WorldEntry;
  close(): void;
}

/** Keeps the entries in memory, compressed: a million cards take some 50 MB. */
export class MemoryLog implements WorldLog {
  readonly #entries: Buffer[] = [];

  get length(): number {
    return this.#entries.length;
  }

  append(entry: WorldEntry): number {
    return this.#entries.push(zstdCompressSync(JSON.stringify(entry))) - 1;
  }

  read(number: number): WorldEntry {
    const bytes = this.#entries[number];
    if (bytes === undefined) throw new RangeError(`The world has no entry ${number}`);
    return JSON.parse(zstdDecompressSync(bytes).toString()) as WorldEntry;
  }

  close(): void {
    this.#entries.length = 0;
  }
}

/**
 * Keeps the entries in a file, one JSON line each. A last line that a crash left unfinished is cut off when
 * the file is opened again. Throws `WorldFileError` when the file holds something else.
 */
export class FileLog implements WorldLog {
  readonly #file: number;
  /** Where each entry begins, and after the last one where the file ends. */
  readonly #offsets: number[] = [0];

  constructor(path: string) {
    this.#file = openSync(path, 'a+', 0o600);
    this.#findLines();
    this.#checkHead(path);
  }

  get length(): number {
    return this.#offsets.length - 1;
  }

  append(entry: WorldEntry): number {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    for (let written = 0; written < line.length; ) written += writeSync(this.#file, line, written);
    this.#offsets.push(this.#end + line.length);
    return this.length - 1;
  }

  read(number: number): WorldEntry {
    const [start, end] = [this.#offsets[number], this.#offsets[number + 1]];
    if (start === undefined || end === undefined) throw new RangeError(`The world has no entry ${number}`);
    const line = Buffer.alloc(end - start);
    readSync(this.#file, line, 0, line.length, start);
    return JSON.parse(line.toString()) as WorldEntry;
  }

  close(): void {
    closeSync(this.#file);
  }

  get #end(): number {
    return this.#offsets.at(-1) ?? 0;
  }

  #findLines(): void {
    const chunk = Buffer.alloc(1 << 20);
    let position = 0;
    for (let got = readSync(this.#file, chunk, 0, chunk.length, position); got > 0; ) {
      for (let at = chunk.indexOf(10); at >= 0 && at < got; at = chunk.indexOf(10, at + 1))
        this.#offsets.push(position + at + 1);
      position += got;
      got = readSync(this.#file, chunk, 0, chunk.length, position);
    }
    if (fstatSync(this.#file).size > this.#end) ftruncateSync(this.#file, this.#end);
  }

  #checkHead(path: string): void {
    if (this.length === 0) return;
    try {
      const head = this.read(0);
      if (head.type === 'world' && head.version === 1) return;
    } catch (cause) {
      throw new WorldFileError(`${path} is not a world file: its first line is no JSON`, cause);
    }
    throw new WorldFileError(
      `${path} is not a world file of this version: its first line must be {"type":"world","version":1,...}`,
    );
  }
}
