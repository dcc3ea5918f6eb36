import { maskCardNumbers, visible } from '@enrollkit/base';

/** A piece of HTML: made by `html` only, so that no text becomes markup. */
export class Markup {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/**
 * What may stand in a template: a text or number is escaped, markup and lists of it are taken as they are.
 */
export type Content = string | number | Markup | readonly Markup[] | undefined;

/**
 * HTML out of a template; texts are escaped, card numbers in them masked, control characters made visible.
 */
export function html(parts: TemplateStringsArray, ...values: readonly Content[]): Markup {
  return new Markup(parts.map((part, index) => part + rendered(values[index])).join(''));
}

function rendered(value: Content): string {
  if (value === undefined) return '';
  if (value instanceof Markup) return value.text;
  if (typeof value === 'object') return value.map(({ text }) => text).join('');
  return escaped(typeof value === 'number' ? String(value) : visible(maskCardNumbers(value)));
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => entities[character] ?? character);
}
