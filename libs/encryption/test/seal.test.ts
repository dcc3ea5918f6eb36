import { generateKeyPairSync } from 'node:crypto';
import { PublicKey, readPublicKey } from '@enrollkit/keys';
import { describe, expect, it } from 'vitest';
import {
  ContractViolationError,
  decryptionKey,
  EncryptionError,
  encryptionKey,
  headerOf,
  type Jwe,
  open,
  openJson,
  seal,
  sealFor,
} from '../src/index.ts';
import { codeOf, pair } from './crafting.ts';

const key = encryptionKey(pair.publicKey);
const own = decryptionKey(pair.privateKey);
const opened = async (jwe: string) => Buffer.from(await open(jwe, own)).toString('utf8');

describe('seal', () => {
  it('writes an object as JSON once, and a string and bytes as they are', async () => {
    expect(await opened(await seal({ a: 'é', b: [1, null] }, key))).toBe('{"a":"é","b":[1,null]}');
    expect(await opened(await seal('{"a" : 1}  ', key))).toBe('{"a" : 1}  ');
    expect(await opened(await seal('12345678901234567890', key))).toBe('12345678901234567890');
    expect(await open(await seal(Uint8Array.of(0, 255, 128), key), own)).toEqual(Uint8Array.of(0, 255, 128));
    expect(await opened(await seal('', key))).toBe('');
  });

  it('writes the header Mastercard documents: kid, alg, enc, and cty only when asked', async () => {
    const headers = async (options: Parameters<typeof encryptionKey>[1]) => {
      const jwe = await seal({}, encryptionKey(pair.publicKey, options));
      return Buffer.from(jwe.split('.')[0] ?? '', 'base64url').toString();
    };
    const kid = new PublicKey(pair.publicKey, { container: 'key-object' }).publicKeySha256;
    expect(await headers({})).toBe(`{"kid":"${kid}","alg":"RSA-OAEP-256","enc":"A128GCM"}`);
    expect(
      await headers({
        kid: '20230207223521-sandbox-fpan-encryption-x',
        enc: 'A256GCM',
        cty: 'application/json',
      }),
    ).toBe(
      '{"kid":"20230207223521-sandbox-fpan-encryption-x","alg":"RSA-OAEP-256","enc":"A256GCM","cty":"application/json"}',
    );
  });

  it('never writes the same token twice, nor an IV of another length than 12 bytes', async () => {
    const tokens = await Promise.all(Array.from({ length: 20 }, () => seal({ a: 1 }, key)));
    for (const part of [1, 2, 3, 4]) expect(new Set(tokens.map((jwe) => jwe.split('.')[part])).size).toBe(20);
    expect(new Set(tokens.map((jwe) => Buffer.from(jwe.split('.')[2] ?? '', 'base64url').length))).toEqual(
      new Set([12]),
    );
  });

  it('leaves its argument alone, frozen or not', async () => {
    const frozen = Object.freeze({ card: Object.freeze({ pan: '5555555555554444' }) });
    expect(await openJson(await seal(frozen, key), own)).toEqual(frozen);
    const bytes = Buffer.from('bytes');
    await seal(bytes, key);
    expect(bytes.toString()).toBe('bytes');
  });

  const cyclic: Record<string, unknown> = {};
  cyclic['self'] = cyclic;
  it.each([
    ['undefined', undefined],
    ['a function', () => 'text'],
    ['a symbol', Symbol('text')],
    ['a BigInt', 5n],
    ['an object with a BigInt', { pan: 5_555_555_555_554_444n }],
    ['an object that refers to itself', cyclic],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a Map', new Map([['pan', '5555555555554444']])],
    ['a Set', new Set([1])],
    ['a promise that was not awaited', Promise.resolve({})],
    ['an ArrayBuffer', new ArrayBuffer(4)],
    ['a DataView', new DataView(new ArrayBuffer(4))],
    ['an error', new Error('5555555555554444')],
    ['a regular expression', /x/],
    ['a toJSON that returns nothing', { toJSON: () => undefined }],
    [
      'a toJSON that throws',
      {
        toJSON: () => {
          throw new Error('5555555555554444');
        },
      },
    ],
    [
      'a getter that throws',
      {
        get pan() {
          throw new Error('5555555555554444');
        },
      },
    ],
    ['half a surrogate pair', 'a\uD800b'],
  ])('throws for %s, and tells nothing of it', async (_name, plaintext) => {
    const error = await seal(plaintext, key).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(EncryptionError);
    expect(error).toMatchObject({ code: 'plaintext-unsealable' });
    expect(error).not.toHaveProperty('cause');
    expect(String(error)).not.toContain('5555');
  });

  it('takes every JSON value otherwise, dates and nulls too', async () => {
    for (const value of [null, true, 0, -1.5, 1e-7, [], {}, Object.create(null), [null]]) {
      expect(await opened(await seal(value as object, key))).toBe(JSON.stringify(value));
    }
    expect(await opened(await seal(new Date(0), key))).toBe('"1970-01-01T00:00:00.000Z"');
  });
});

describe('sealFor', () => {
  interface Card {
    readonly pan: string;
  }
  const contract = {
    name: 'Card',
    validate: (value: unknown) =>
      typeof value === 'object' && value !== null && 'pan' in value
        ? ({ valid: true } as const)
        : ({
            valid: false,
            problems: [{ pointer: '/pan', keyword: 'required', message: 'is required' }],
          } as const),
  };

  it('seals what fits', async () => {
    const jwe: Jwe<Card> = await sealFor(contract, { pan: '5555555555554444' }, key);
    expect(await openJson(jwe, own)).toEqual({ pan: '5555555555554444' });
  });

  it('refuses what does not, by place and rule and without the value', async () => {
    const error = await sealFor(contract, { number: '5555555555554444' }, key).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ContractViolationError);
    expect(error).toMatchObject({
      code: 'contract-violation',
      contract: 'Card',
      problems: [{ pointer: '/pan', keyword: 'required', message: 'is required' }],
      message: 'The plaintext does not fit Card: /pan is required. Nothing was sealed.',
    });
    expect(JSON.stringify(error)).not.toContain('5555');
  });

  it('names five problems and counts the rest', () => {
    const problems = Array.from({ length: 8 }, (_, index) => ({
      pointer: `/${index}`,
      keyword: 'type',
      message: 'must be text',
    }));
    expect(new ContractViolationError('X', problems).message).toMatch(
      /\/4 must be text; and 3 more\. Nothing was sealed\.$/,
    );
  });

  it('writes a string it judged as JSON, which is what it judged', async () => {
    const any = { name: 'Text', validate: () => ({ valid: true }) as const };
    expect(await opened(await sealFor(any, 'text', key))).toBe('"text"');
  });
});

describe('encryptionKey refuses', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 });
  const elliptic = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = pair.publicKey.export({ format: 'jwk' });
  it.each([
    ['a private key', () => encryptionKey(pair.privateKey), /public key/],
    ['1024 bits', () => encryptionKey(small.publicKey), /an RSA key of 1024 bits/],
    ['an EC key', () => encryptionKey(elliptic.publicKey), /a key of type ec/],
    [
      'an RSA-PSS key',
      () => encryptionKey(generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).publicKey),
      /a key of type rsa-pss/,
    ],
    [
      'an enc that is only read',
      () => encryptionKey(pair.publicKey, { enc: 'A192GCM' as 'A128GCM' }),
      /A128GCM or A256GCM/,
    ],
    [
      'an enc that does not exist',
      () => encryptionKey(pair.publicKey, { enc: 'toString' as 'A128GCM' }),
      /A128GCM or A256GCM/,
    ],
    [
      'a kid rule without its certificate',
      () => encryptionKey(pair.publicKey, { kid: { rule: 'certificate-sha256-hex' } }),
      /needs a certificate/,
    ],
    [
      'a kid rule without a JWK',
      () => encryptionKey(pair.publicKey, { kid: { rule: 'jwk' } }),
      /needs a JWK/,
    ],
  ])('%s', (...[, make, words]) => expect(make).toThrow(words));

  it('a JWK that is meant for something else', async () => {
    const read = (more: object) => readPublicKey({ jwk: { ...jwk, ...more } });
    expect(encryptionKey(await read({ use: 'enc', alg: 'RSA-OAEP-256', kid: 'k' })).kid).toBe('k');
    const signing = await read({ use: 'sig' });
    const other = await read({ alg: 'RSA1_5' });
    const wrapping = await read({ key_ops: ['verify'] });
    expect(() => encryptionKey(signing)).toThrow(/use "sig"/);
    expect(() => encryptionKey(other)).toThrow(/alg "RSA1_5"/);
    expect(() => encryptionKey(wrapping)).toThrow(/key_ops/);
  });
});

describe('headerOf', () => {
  it('tells which key a token is for', async () => {
    expect(headerOf(await seal({}, encryptionKey(pair.publicKey, { kid: 'k1' })))).toEqual({
      kid: 'k1',
      alg: 'RSA-OAEP-256',
      enc: 'A128GCM',
    });
    expect(await codeOf(Promise.resolve().then(() => headerOf('a.b')))).toBe('token-malformed');
  });
});
