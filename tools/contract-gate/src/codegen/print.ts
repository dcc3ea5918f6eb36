/** A piece of code that is printed as it stands. */
export class Code {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** What can be printed as a TypeScript expression. */
export type Printable =
  | null
  | boolean
  | number
  | string
  | Code
  | readonly Printable[]
  | { readonly [key: string]: Printable };

const width = 110;

/** A value as a TypeScript expression: one line where it fits, otherwise one member a line. */
export function print(value: Printable, indent = ''): string {
  const line = flat(value);
  if (indent.length + line.length <= width && !line.includes('\n')) return line;
  const deeper = `${indent}  `;
  if (Array.isArray(value))
    return `[\n${(value as readonly Printable[]).map((item) => `${deeper}${print(item, deeper)},\n`).join('')}${indent}]`;
  if (isRecord(value))
    return `{\n${Object.entries(value)
      .map(([key, item]) => `${deeper}${keyOf(key)}: ${print(item, deeper)},\n`)
      .join('')}${indent}}`;
  return line;
}

/** A string as a TypeScript literal in single quotes. */
export function quote(text: string): string {
  return `'${JSON.stringify(text)
    .slice(1, -1)
    .replaceAll('\\"', '"')
    .replaceAll("'", String.raw`\'`)}'`;
}

function flat(value: Printable): string {
  if (value instanceof Code) return value.text;
  if (typeof value === 'string') return quote(value);
  if (Array.isArray(value)) return `[${(value as readonly Printable[]).map(flat).join(', ')}]`;
  if (isRecord(value)) {
    const members = Object.entries(value).map(([key, item]) => `${keyOf(key)}: ${flat(item)}`);
    return members.length === 0 ? '{}' : `{ ${members.join(', ')} }`;
  }
  return String(value);
}

/** `__proto__` as a plain key would set the prototype. */
function keyOf(key: string): string {
  if (key === '__proto__') return "['__proto__']";
  return /^[A-Za-z_$][\w$]*$/.test(key) ? key : quote(key);
}

function isRecord(value: Printable): value is { readonly [key: string]: Printable } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Code);
}
