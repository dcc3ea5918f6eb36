/**
 * The signature base string of the Mastercard dialect a second time, from the RFC and over bytes, with
 * nothing of the code under test: a query with any escape is form-decoded and encoded again, another is taken
 * as it stands, and so are the OAuth parameters.
 */
export function independentBaseString(
  method: string,
  href: string,
  oauth: Readonly<Record<string, string>>,
): string {
  const [, scheme = '', authority = '', path = '', query = ''] =
    /^(\w+):\/\/([^/?#]*)([^?#]*)(?:\?([^#]*))?/.exec(href) ?? [];
  const hasEscapes = [...query].some((letter) => letter === '%' || letter < ' ' || letter > '~');
  const read = (text: string): string => (hasEscapes ? encoded(formDecoded(text)) : text);
  const pairs = query
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const [name = '', ...value] = pair.split('=');
      return [read(name), read(value.join('='))] as const;
    });
  const sorted = [...pairs, ...Object.entries(oauth)].toSorted(
    (one, other) => compare(one[0], other[0]) || compare(one[1], other[1]),
  );
  const uri = `${scheme.toLowerCase()}://${hostOf(scheme.toLowerCase(), authority.toLowerCase())}${path || '/'}`;
  const parameters = sorted.map((pair) => pair.join('=')).join('&');
  return [method.toUpperCase(), encoded(Buffer.from(uri)), encoded(Buffer.from(parameters))].join('&');
}

/** RFC 5849 section 3.4.1.2: the port stays unless it is the scheme's own. */
function hostOf(scheme: string, authority: string): string {
  const end = authority.startsWith('[') ? authority.indexOf(']') + 1 : 0;
  const colon = authority.indexOf(':', end);
  if (colon === -1) return authority;
  const port = Number(authority.slice(colon + 1) || (scheme === 'https' ? 443 : 80));
  return authority.slice(0, colon) + (port === (scheme === 'https' ? 443 : 80) ? '' : `:${port}`);
}

function formDecoded(text: string): Uint8Array {
  const bytes: number[] = [];
  const given = Buffer.from(text);
  for (let at = 0; at < given.length; at++) {
    const escape = given.subarray(at, at + 3).toString('latin1');
    if (/^%[\dA-Fa-f]{2}$/.test(escape)) {
      bytes.push(Number.parseInt(escape.slice(1), 16));
      at += 2;
    } else bytes.push(given[at] === 0x2b ? 0x20 : (given[at] ?? 0));
  }
  return Uint8Array.from(bytes);
}

/** RFC 5849 section 3.6. */
function encoded(bytes: Uint8Array): string {
  const unreserved = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~';
  return Array.from(bytes, (byte) =>
    unreserved.includes(String.fromCharCode(byte))
      ? String.fromCharCode(byte)
      : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`,
  ).join('');
}

function compare(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other));
}
