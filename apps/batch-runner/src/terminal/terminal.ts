import { styleText } from 'node:util';
import type { Output } from './output.ts';
import { maskCardNumbers, visible } from '@enrollkit/base';
import { hideSensitive } from '../observe/sensitive.ts';
import type { AsTyped } from './as-typed.ts';

/** How much is printed and in which form, decided once from the flags. */
export interface OutputMode {
  readonly quiet: boolean;
  readonly json: boolean;
  /** Makes the commands in a text work when they are pasted; default: they do as they are. */
  readonly asTyped?: AsTyped;
}

type Color = 'red' | 'yellow' | 'green' | 'dim' | 'bold';

/**
 * How the runner prints. Results go to standard output, everything about the work to standard error, so that
 * a pipe has results only. Lower case, no exclamation marks; every refusal has a hint. Control characters
 * from input never reach a terminal, and neither does anything that could be a card number: except in rows
 * and JSON on standard output, which are data and hold ids unchanged.
 */
export class Terminal {
  readonly #output: Output;
  readonly mode: OutputMode;
  #barShown = false;
  #painted = 0;

  constructor(voice: OutputMode, output: Output) {
    this.mode = voice;
    this.#output = output;
  }

  /** A result: the only thing on standard output. */
  result(text: string): void {
    this.#clearBar();
    this.#output.out.write(`${this.#printed(text)}\n`);
  }

  /**
   * One of many results: waits while the reader is behind, so that results never pile up in memory. Throws
   * `RunnerError` `output-lost`.
   */
  async stream(line: string): Promise<void> {
    this.#clearBar();
    await this.#output.write(`${visible(line)}\n`);
  }

  /** A result as one JSON document. */
  resultJson(value: object): void {
    this.#clearBar();
    this.#output.out.write(`${visible(JSON.stringify(hideSensitive(value, { maskTexts: false })))}\n`);
  }

  /** A line about the work. Silent with `--quiet`; a JSON line with `--json`. */
  note(text: string, fields: Readonly<Record<string, unknown>> = {}): void {
    if (this.mode.quiet) return;
    this.#line('note', text, fields);
  }

  /** Something an operator should know even with `--quiet`. */
  warn(text: string, hint?: string): void {
    this.#line('warning', text, hint === undefined ? {} : { hint });
  }

  /** The error that ends a command. */
  error(text: string, details: { readonly code: string; readonly hint?: string }): void {
    this.#line('error', text, details);
  }

  /** Results that take the place of those before: on a terminal in place, elsewhere one after the other. */
  repaint(lines: readonly string[]): void {
    const { out } = this.#output;
    if ('isTTY' in out && out.isTTY === true && this.#painted > 0)
      out.write(`\u001b[${this.#painted}A\u001b[0J`);
    this.#painted = lines.length;
    for (const line of lines) this.result(line);
  }

  /** One moving line on a terminal; nothing elsewhere. */
  bar(text: string): void {
    if (this.mode.quiet || this.mode.json || !this.interactive) return;
    this.#output.err.write(`\r\u001b[2K${clean(text).slice(0, (this.#output.err.columns ?? 80) - 1)}`);
    this.#barShown = true;
  }

  /** Whether standard error is a terminal. */
  get interactive(): boolean {
    return this.#output.err.isTTY === true;
  }

  #line(kind: 'note' | 'warning' | 'error', text: string, fields: Readonly<Record<string, unknown>>): void {
    this.#clearBar();
    const hint = typeof fields.hint === 'string' ? this.#printed(fields.hint) : undefined;
    if (this.mode.json) {
      this.#output.err.write(
        `${visible(JSON.stringify(hideSensitive({ kind, message: this.#printed(text), ...fields, ...(hint !== undefined && { hint }) }, { maskTexts: true })))}\n`,
      );
      return;
    }
    const prefix = kind === 'note' ? '' : `${this.#tint(kind === 'error' ? 'red' : 'yellow', `${kind}:`)} `;
    this.#output.err.write(`${prefix}${this.#printed(text)}\n`);
    if (hint !== undefined) this.#output.err.write(`${this.#tint('dim', 'hint:')} ${hint}\n`);
  }

  #printed(text: string): string {
    return clean(this.mode.asTyped?.(text) ?? text);
  }

  #tint(tint: Color, text: string): string {
    return styleText(tint, text, { stream: this.#output.err });
  }

  #clearBar(): void {
    if (!this.#barShown) return;
    this.#output.err.write('\r\u001b[2K');
    this.#barShown = false;
  }
}

/** Masks card numbers and makes control characters visible. */
function clean(text: string): string {
  return visible(maskCardNumbers(text));
}
