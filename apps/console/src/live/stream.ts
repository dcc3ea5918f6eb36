import type { Progress } from '@enrollkit/contract/runner';

/** Whether the page shows what is, or what was when the line was last there. */
export type Connection = 'connecting' | 'live' | 'reconnecting';

/** What the stream calls back. */
export interface StreamReader {
  readonly onProgress: (progress: readonly Progress[]) => void;
  readonly onConnection: (connection: Connection) => void;
  /** The server refused the stream or left: the session may have ended. */
  readonly onClosed: () => void;
}

/** The page is drawn at most four times a second, however much comes. */
const DRAW_MS = 250;
const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 15_000;

/** Follows the server's events until it is closed; comes back by itself, in longer and longer steps. */
export class ProgressStream {
  readonly #address: string;
  readonly #reader: StreamReader;
  #source: EventSource | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #drawing: ReturnType<typeof setTimeout> | undefined;
  #arrived: Progress[] = [];
  #wait = FIRST_WAIT_MS;

  constructor(address: string, reader: StreamReader) {
    this.#address = address;
    this.#reader = reader;
    this.#open();
  }

  /** Ends the stream for good. */
  close(): void {
    this.#source?.close();
    clearTimeout(this.#timer);
    clearTimeout(this.#drawing);
  }

  #open(): void {
    const source = new EventSource(this.#address);
    this.#source = source;
    source.addEventListener('open', () => {
      this.#wait = FIRST_WAIT_MS;
      this.#reader.onConnection('live');
    });
    source.addEventListener('progress', (event: MessageEvent<string>) => this.#take(event.data));
    source.addEventListener('end', () => this.#reopen());
    source.addEventListener('error', () => {
      // A browser comes back by itself from a broken line, but not from an answer that is no stream.
      if (source.readyState === EventSource.CLOSED) {
        this.#reader.onClosed();
        this.#reopen();
      } else this.#reader.onConnection('reconnecting');
    });
  }

  #reopen(): void {
    this.#source?.close();
    this.#reader.onConnection('reconnecting');
    this.#timer = setTimeout(() => this.#open(), this.#wait);
    this.#wait = Math.min(LONGEST_WAIT_MS, this.#wait * 2);
  }

  #take(data: string): void {
    this.#arrived.push(JSON.parse(data) as Progress);
    this.#drawing ??= setTimeout(() => {
      this.#drawing = undefined;
      const arrived = this.#arrived;
      this.#arrived = [];
      this.#reader.onProgress(arrived);
    }, DRAW_MS);
  }
}
