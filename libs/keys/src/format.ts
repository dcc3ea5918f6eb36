import { KeyError } from './errors.ts';
import type { Container } from './material.ts';
import type { Content } from './source.ts';

/** A container found in a source, with the bytes node:crypto wants for it. */
export interface Block {
  readonly container: Container;
  /** DER, or the PEM text of one block. */
  readonly bytes: Uint8Array;
}

/** PEM labels (RFC 7468 and what OpenSSL writes) and the container each one is. */
const pemLabels: Readonly<Record<string, Container>> = {
  'PRIVATE KEY': 'pkcs8-pem',
  'ENCRYPTED PRIVATE KEY': 'pkcs8-encrypted-pem',
  'RSA PRIVATE KEY': 'pkcs1-pem',
  'EC PRIVATE KEY': 'sec1-pem',
  'PUBLIC KEY': 'spki-pem',
  'RSA PUBLIC KEY': 'pkcs1-public-pem',
  CERTIFICATE: 'certificate-pem',
  'X509 CERTIFICATE': 'certificate-pem',
};

/** Something that people hand over instead of a key, with the command that makes a key of it. */
interface Foreign {
  readonly name: string;
  readonly convert: (file: string) => string;
}

/** By the label of a PEM block. */
const foreignLabels: Readonly<Record<string, Foreign>> = {
  'OPENSSH PRIVATE KEY': {
    name: 'an OpenSSH private key',
    convert: (file) => `ssh-keygen -p -m PKCS8 -f ${file}`,
  },
  'CERTIFICATE REQUEST': { name: 'a certificate request', convert: publicKeyOfRequest },
  'NEW CERTIFICATE REQUEST': { name: 'a certificate request', convert: publicKeyOfRequest },
  PKCS7: { name: 'a PKCS#7 bundle', convert: (file) => `openssl pkcs7 -in ${file} -print_certs` },
  'TRUSTED CERTIFICATE': {
    name: 'a certificate with trust settings',
    convert: (file) => `openssl x509 -in ${file} -out certificate.pem`,
  },
  'DSA PRIVATE KEY': {
    name: 'a DSA key in its old form',
    convert: (file) => `openssl pkey -in ${file} -out key.pem`,
  },
};

/** By the first bytes of the file. */
const foreignStarts: readonly (Foreign & { readonly starts: string })[] = [
  { starts: 'ssh-', name: 'an OpenSSH public key', convert: (file) => `ssh-keygen -e -m PKCS8 -f ${file}` },
  {
    starts: '---- BEGIN SSH2',
    name: 'a key as SSH2 writes it',
    convert: (file) => `ssh-keygen -i -f ${file} > key && ssh-keygen -p -m PKCS8 -f key`,
  },
  {
    starts: 'PuTTY-User-Key-File',
    name: 'a PuTTY key',
    convert: (file) => `puttygen ${file} -O private-openssh-new -o key && ssh-keygen -p -m PKCS8 -f key`,
  },
  { starts: '\u00fe\u00ed\u00fe\u00ed', name: 'a Java key store (JKS)', convert: keytool },
  { starts: '\u00ce\u00ce\u00ce\u00ce', name: 'a Java key store (JCEKS)', convert: keytool },
  {
    starts: '\u001e\u00f1\u00b5\u00b0',
    name: 'a private key of Microsoft tools (PVK)',
    convert: (file) => `openssl rsa -inform PVK -in ${file} -out key.pem`,
  },
  {
    starts: '\u0007\u0002\u0000\u0000',
    name: 'a private key of Microsoft tools (MSBLOB)',
    convert: (file) => `openssl rsa -inform MSBLOB -in ${file} -out key.pem`,
  },
];

function publicKeyOfRequest(file: string): string {
  return `openssl req -in ${file} -noout -pubkey`;
}

function keytool(file: string): string {
  return `keytool -importkeystore -srckeystore ${file} -destkeystore key.p12 -deststoretype PKCS12`;
}

/**
 * Finds out what a source holds: JSON, PEM blocks or one DER value. Throws {@link KeyError} when it is none
 * of them.
 */
export async function detect(
  content: Content,
): Promise<{ readonly json: string } | { readonly blocks: readonly Block[] }> {
  const bytes = inUtf8(content.bytes);
  if (bytes.length === 0)
    throw unknown(content, 'nothing: it is empty', 'Check that the file was written whole.');
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('latin1').trimStart();
  if (text.startsWith('{')) return { json: Buffer.from(bytes).toString('utf8') };
  const pem = pemBlocks(text);
  if (pem.length > 0) return { blocks: pem };
  refuseKnown(content, text);
  if (bytes[0] === 0x30) {
    // The ASN.1 reader is loaded only by those who need it: it would double the start-up time of all others.
    const { derBlock } = await import('./pkcs12/der.ts');
    return { blocks: [derBlock({ ...content, bytes })] };
  }
  if (/^(?:MI|LS0tLS)[A-Za-z0-9+/=\s]+$/.test(text)) {
    throw unknown(content, 'bare base64', `Decode it first: base64 -d ${content.shellName} > key.der`);
  }
  throw unknown(
    content,
    'neither PEM, DER, PKCS#12 nor JSON',
    'See what it is: file, or openssl asn1parse -inform DER',
  );
}

/** Files written by Windows tools begin with a byte order mark, and PowerShell writes UTF-16 behind it. */
function inUtf8(bytes: Uint8Array): Uint8Array {
  const [first, second, third] = bytes;
  if (first === 0xef && second === 0xbb && third === 0xbf) return bytes.subarray(3);
  const encoding =
    first === 0xff && second === 0xfe
      ? 'utf-16le'
      : first === 0xfe && second === 0xff
        ? 'utf-16be'
        : undefined;
  return encoding === undefined ? bytes : Buffer.from(new TextDecoder(encoding).decode(bytes));
}

/**
 * Every whole block of a label we know, in order. What stands around them (`Bag Attributes`, comments) does
 * not matter.
 */
function pemBlocks(text: string): readonly Block[] {
  const blocks: Block[] = [];
  const begin = /-----BEGIN ([A-Z0-9 ]{1,40})-----/g;
  for (let match = begin.exec(text); match !== null; match = begin.exec(text)) {
    const [opening, label = ''] = match;
    const closing = `-----END ${label}-----`;
    const stop = text.indexOf(closing, begin.lastIndex);
    if (stop === -1) return blocks;
    const content = text.slice(begin.lastIndex, stop);
    begin.lastIndex = stop + closing.length;
    const container = pemLabels[label];
    if (container !== undefined) {
      const pem = `${opening}\n${withLineBreaks(content)}\n${closing}\n`;
      blocks.push({ container, bytes: Buffer.from(pem, 'latin1') });
    }
  }
  return blocks;
}

/**
 * The content of a PEM block in lines. An environment variable or a YAML file may have brought it on one
 * line, with `\n` in letters or with blanks in their place.
 */
function withLineBreaks(content: string): string {
  const text = content.replaceAll(/\\r|\\n/g, '\n');
  // Headers keep their lines, without the indentation of a YAML file.
  if (/^[ \t]*[A-Za-z][\w-]*:/m.test(text)) return text.trim().replaceAll(/^[ \t]+|[ \t]+$/gm, '');
  const base64 = text.replaceAll(/\s+/g, '');
  return (base64.match(/.{1,64}/g) ?? []).join('\n');
}

function refuseKnown(content: Content, text: string): void {
  const [, label] = /-----BEGIN ([A-Z0-9 ]{1,40})-----/.exec(text) ?? [];
  const foreign =
    label === undefined ? foreignStarts.find(({ starts }) => text.startsWith(starts)) : foreignLabels[label];
  if (foreign !== undefined)
    throw unsupported(content, foreign.name, `Convert it: ${foreign.convert(content.shellName)}`);
  if (label !== undefined && pemLabels[label] === undefined && text.includes(`-----END ${label}-----`))
    throw unsupported(
      content,
      `a PEM block of ${label}`,
      'Give the file whose first line has PRIVATE KEY, PUBLIC KEY or CERTIFICATE.',
    );
  if (text.includes('-----BEGIN ')) {
    throw new KeyError('damaged', {
      where: content.where,
      found: 'a PEM block that does not end',
      expected: 'whole blocks from -----BEGIN to -----END',
      hint: 'Copy the file again, both marker lines included.',
    });
  }
}

function unsupported(content: Content, found: string, hint: string): KeyError {
  return new KeyError('format-unsupported', {
    where: content.where,
    found,
    expected: 'PKCS#12, PEM, DER or JWK',
    hint,
  });
}

function unknown(content: Content, found: string, hint: string): KeyError {
  return new KeyError('format-unknown', {
    where: content.where,
    found,
    expected: 'PKCS#12, PEM, DER or JWK',
    hint,
  });
}
