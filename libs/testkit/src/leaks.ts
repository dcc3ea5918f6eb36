import { Console } from 'node:console';
import { Writable } from 'node:stream';
import { format, inspect } from 'node:util';

/**
 * Every way a value is commonly shown: console, inspect with everything on, JSON, text, and its errors'
 * causes.
 */
export function shownForms(value: unknown): readonly string[] {
  const everything = {
    showHidden: true,
    depth: Infinity,
    getters: true,
    showProxy: true,
    maxArrayLength: null,
    maxStringLength: null,
  } as const;
  const forms = [
    inspect(value),
    inspect(value, everything),
    format('%o %O %j %s', value, value, value, value),
    logged(value),
    textOf(value),
  ];
  if (value instanceof Error) {
    forms.push(value.message, value.stack ?? '', jsonOf({ ...value }));
    if (value.cause !== undefined) forms.push(...shownForms(value.cause));
    if (value instanceof AggregateError) forms.push(...value.errors.flatMap(shownForms));
  }
  return [...forms, jsonOf(value)];
}

/**
 * How a secret's bytes may be spelt in a text: as UTF-8, hex, base64 of both alphabets, and as inspect writes
 * bytes.
 */
export function spellingsOf(secret: Uint8Array | string): readonly string[] {
  const bytes = Buffer.from(secret);
  const base64 = bytes.toString('base64').replaceAll('=', '');
  return [
    ...(typeof secret === 'string'
      ? [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)]
      : []),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    base64,
    bytes.toString('base64url'),
    [...bytes].join(', '),
    [...bytes].join(','),
    [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(' '),
  ];
}

/** The secrets (by name) that any shown form of the value spells out. Empty when it keeps them all. */
export function leaksOf(
  value: unknown,
  secrets: Readonly<Record<string, Uint8Array | string>>,
): readonly string[] {
  const shown = shownForms(value).join('\n');
  const unwrapped = shown.replaceAll(/\s+/g, '');
  return Object.entries(secrets)
    .filter(([, secret]) =>
      spellingsOf(secret).some(
        (spelling) => shown.includes(spelling) || unwrapped.includes(spelling.replaceAll(/\s+/g, '')),
      ),
    )
    .map(([name]) => name);
}

function logged(value: unknown): string {
  let text = '';
  const stdout = new Writable({
    write: (chunk, _encoding, done) => {
      text += String(chunk);
      done();
    },
  });
  const console = new Console({ stdout, stderr: stdout });
  console.log(value);
  console.dir(value, { depth: null, showHidden: true });
  console.error('%o', value);
  return text;
}

function jsonOf(value: unknown): string {
  try {
    return JSON.stringify(value) ?? '';
  } catch {
    return '';
  }
}

function textOf(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
