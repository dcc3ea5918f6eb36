import * as crypto from 'node:crypto';
import { createPrivateKey, type KeyObject } from 'node:crypto';
import { Asn1, Asn1Mismatch } from './asn1.ts';
import { collect, explicit, type Found, type FoundKey, oid } from './bags.ts';
import { certificateFor } from '../certificates.ts';
import { Budget, TooManyHere } from './budget.ts';
import { decryptContent, macFits, macRounds, schemeRounds } from './password-encryption.ts';
import { type Spelling, spellingsOf } from './passwords.ts';
import { UnsupportedAlgorithm } from './unsupported.ts';

/** Which key, and what opens it. Without an alias the file must hold exactly one private key. */
export interface Pkcs12Access {
  readonly password: string | undefined;
  readonly alias: string | undefined;
}

/** What a P12 yields: one private key, and its certificate (DER) where that could be read. */
export interface OpenedPkcs12 {
  readonly key: KeyObject;
  readonly alias: string | undefined;
  readonly certificate: Uint8Array | undefined;
}

/** Why a P12 yields none. Plain data, so that it can come from another thread. */
export type Pkcs12Refusal =
  | { readonly refused: 'password' }
  | { readonly refused: 'unsupported' | 'damaged'; readonly what: string }
  | { readonly refused: 'no-key'; readonly certificates: number }
  | {
      readonly refused: 'choice';
      readonly aliases: readonly (string | undefined)[];
      readonly matching: number;
    };

class Refused extends Error {
  readonly refusal: Pkcs12Refusal;

  constructor(refusal: Pkcs12Refusal) {
    super(refusal.refused);
    this.refusal = refusal;
  }
}

/**
 * Opens one private key of a PKCS#12 file, on the calling thread, with at most so many rounds of key
 * derivation; undefined when it needs more. Where Node has OpenSSL's own parser it is
 * asked first, for a file with one key; what it does not read (several keys, aliases, parts under a retired
 * cipher, passwords in old spellings) is read here.
 */
export function openPkcs12(
  bytes: Uint8Array,
  { password, alias }: Pkcs12Access,
  most?: number,
): OpenedPkcs12 | Pkcs12Refusal | undefined {
  try {
    const file = new Pkcs12File(bytes, most);
    const simple = alias === undefined ? file.openWithOpenSsl(password ?? '') : undefined;
    return simple ?? file.open(password ?? '', alias);
  } catch (error) {
    if (error instanceof Refused) return error.refusal;
    if (error instanceof TooManyHere) return undefined;
    if (error instanceof UnsupportedAlgorithm) return { refused: 'unsupported', what: error.message };
    if (error instanceof Asn1Mismatch) return { refused: 'damaged', what: error.message };
    // Whatever node:crypto throws here, it threw on decrypting.
    return { refused: 'password' };
  }
}

class Pkcs12File {
  readonly #bytes: Uint8Array;
  readonly #safe: Uint8Array;
  readonly #macData: Asn1 | undefined;
  /** The parts of the AuthenticatedSafe. */
  readonly #parts: readonly Asn1[];
  /** Keys and certificates in parts that are not encrypted as a whole. */
  readonly #inClear: Found = { keys: [], certificates: [], skipped: [] };
  readonly #most: number | undefined;

  constructor(bytes: Uint8Array, most: number | undefined) {
    const pfx = Asn1.decode(bytes);
    if (pfx.at(0).integer !== 3) throw new Asn1Mismatch('a PKCS#12 version other than 3');
    const authSafe = pfx.at(1);
    if (authSafe.at(0).oid !== oid.data) throw new UnsupportedAlgorithm('integrity by a public key');
    this.#bytes = bytes;
    this.#safe = explicit(authSafe).octets;
    this.#macData = pfx.optional(2);
    this.#parts = Asn1.decode(this.#safe).items;
    for (const part of this.#parts)
      if (part.at(0).oid === oid.data) collect(Asn1.decode(explicit(part).octets), this.#inClear);
    this.#most = most;
    // Refused before anything is spent: each part may stay below the limit and all of them pass it.
    const { rounds } = this.#visibleRounds();
    if (rounds > 0) this.#budget().spend(rounds);
  }

  /**
   * One key by OpenSSL; undefined when the file is not as simple as that, or OpenSSL does not read it. It
   * sets no limit to the rounds and takes the first key it comes to, so it is asked only where every round
   * was counted and where no further key is hidden in an encrypted part.
   */
  openWithOpenSsl(password: string): OpenedPkcs12 | undefined {
    const [only, second] = this.#inClear.keys;
    if (only === undefined || second !== undefined || !this.#visibleRounds().areAll) return undefined;
    const found = this.#foundBy(password);
    if (found === undefined || found.keys.length > 1 || found.skipped.length > 0) return undefined;
    const key = parsedByOpenSsl(this.#bytes, password);
    if (key === undefined) return undefined;
    return { key, alias: only.alias, certificate: certificateFor(key, found.certificates)?.raw };
  }

  /** All that stands in the file, by the first spelling of the password; undefined when it does not fit. */
  #foundBy(password: string): Found | undefined {
    const [spelling] = spellingsOf(password);
    try {
      return spelling && this.#collectAll(spelling, this.#budget());
    } catch {
      return undefined;
    }
  }

  #budget(): Budget {
    return new Budget(this.#most);
  }

  /** One key by the password in whichever spelling fits. */
  open(password: string, alias: string | undefined): OpenedPkcs12 {
    const budget = this.#budget();
    let failure: unknown;
    for (const spelling of spellingsOf(password)) {
      try {
        if (this.#macData !== undefined && !macFits(this.#macData, this.#safe, { spelling, budget })) {
          failure ??= new Refused({ refused: 'password' });
          continue;
        }
        return this.#openAs(spelling, { budget, alias });
      } catch (error) {
        // A spelling that does not fit shows as an error of any kind; the first one says the most.
        if (error instanceof TooManyHere) throw error;
        if (error instanceof Refused && error.refusal.refused !== 'password') throw error;
        failure ??= error;
      }
    }
    throw failure;
  }

  #openAs(
    spelling: Spelling,
    { budget, alias }: { readonly budget: Budget; readonly alias: string | undefined },
  ): OpenedPkcs12 {
    const found = this.#collectAll(spelling, budget);
    const chosen = choose(found, alias);
    const key = decryptKey(chosen, { spelling, budget });
    return { key, alias: chosen.alias, certificate: certificateFor(key, found.certificates)?.raw };
  }

  /** Everything in the file. A part whose cipher is retired is skipped: mostly it holds certificates only. */
  #collectAll(spelling: Spelling, budget: Budget): Found {
    const found: Found = {
      keys: [...this.#inClear.keys],
      certificates: [...this.#inClear.certificates],
      skipped: [],
    };
    for (const part of this.#parts) {
      const type = part.at(0).oid;
      if (type === oid.data) continue;
      try {
        if (type !== oid.encryptedData) throw new UnsupportedAlgorithm(`content of type ${type}`);
        const encrypted = explicit(part).at(1);
        const ciphertext = encrypted.tagged(0);
        if (ciphertext === undefined) continue;
        const bags = decryptContent(encrypted.at(1), ciphertext.octets, { spelling, budget });
        collect(decodedOrWrong(bags), found);
      } catch (error) {
        if (!(error instanceof UnsupportedAlgorithm)) throw error;
        found.skipped.push(error.message);
      }
    }
    return found;
  }

  /** The rounds that can be seen without the password, and whether those are all of the parts in sight. */
  #visibleRounds(): { readonly rounds: number; readonly areAll: boolean } {
    let rounds = 0;
    let areAll = true;
    const add = (count: () => number): void => {
      try {
        rounds += count();
      } catch (error) {
        // What is not run here costs nothing here.
        if (!(error instanceof UnsupportedAlgorithm)) throw error;
        areAll = false;
      }
    };
    const macData = this.#macData;
    if (macData !== undefined) add(() => macRounds(macData));
    for (const part of this.#parts)
      if (part.at(0).oid === oid.encryptedData) add(() => schemeRounds(explicit(part).at(1).at(1)));
    for (const { encrypted, pkcs8 } of this.#inClear.keys)
      if (encrypted) add(() => schemeRounds(pkcs8.at(0)));
    return { rounds, areAll };
  }
}

/** Node's `parsePKCS12` (26.10 and newer), which the types do not know yet. */
interface OpenSslParser {
  readonly parsePKCS12?: (
    bundle: Uint8Array,
    options: { readonly passphrase: string },
  ) => { readonly privateKey: KeyObject | null };
}

function parsedByOpenSsl(bytes: Uint8Array, passphrase: string): KeyObject | undefined {
  const { parsePKCS12 } = crypto as OpenSslParser;
  try {
    return parsePKCS12?.(bytes, { passphrase }).privateKey ?? undefined;
  } catch {
    // Whatever it is, it is looked at again here, and named.
    return undefined;
  }
}

/** Decrypted by the wrong key, bytes may have a right padding by chance and still be no ASN.1. */
function decodedOrWrong(bytes: Uint8Array): Asn1 {
  try {
    return Asn1.decode(bytes);
  } catch {
    throw new Refused({ refused: 'password' });
  }
}

/** By the alias as given, else by the one that differs in case only: Java stores aliases in lower case. */
function choose({ keys, certificates, skipped }: Found, alias: string | undefined): FoundKey {
  if (keys.length === 0) {
    if (skipped.length > 0) throw new UnsupportedAlgorithm(skipped.join(', '));
    throw new Refused({ refused: 'no-key', certificates: certificates.length });
  }
  const exact = keys.filter((key) => alias === undefined || key.alias === alias);
  const folded = keys.filter((key) => key.alias?.toLowerCase() === alias?.toLowerCase());
  const matching = exact.length > 0 ? exact : folded;
  const [chosen] = matching;
  if (chosen !== undefined && matching.length === 1) return chosen;
  throw new Refused({
    refused: 'choice',
    aliases: (matching.length > 0 ? matching : keys).map((key) => key.alias),
    matching: matching.length,
  });
}

function decryptKey(
  { pkcs8, encrypted }: FoundKey,
  opening: Parameters<typeof decryptContent>[2],
): KeyObject {
  if (!encrypted) return privateKeyOf(pkcs8, () => new Asn1Mismatch('a key bag without a readable key'));
  const der = decryptContent(pkcs8.at(0), pkcs8.at(1).octets, opening);
  return privateKeyOf(decodedOrWrong(der), () => new Refused({ refused: 'password' }));
}

function privateKeyOf(pkcs8: Asn1, failure: () => Error): KeyObject {
  try {
    return createPrivateKey({ key: Buffer.from(pkcs8.definite), format: 'der', type: 'pkcs8' });
  } catch {
    throw failure();
  }
}
