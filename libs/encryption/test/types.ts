import { type EncryptionKey, type Jwe, openJson, seal, type DecryptionKey } from '../src/index.ts';

/** Compiled, not run: what must not fit does not. */
interface Card {
  readonly pan: string;
}
interface Consumer {
  readonly name: string;
}

export async function typed(key: EncryptionKey, own: DecryptionKey, card: Card): Promise<void> {
  const sealed: Jwe<Card> = await seal(card, key);
  const opened: Card = await openJson(sealed, own);
  const fromText: Jwe<Card> = await seal<Card>(JSON.stringify(opened), key);

  // @ts-expect-error a plain string is no JWE
  const plain: Jwe<Card> = 'eyJhbGciOi';
  // @ts-expect-error a JWE of something else does not fit
  const other: Jwe<Consumer> = sealed;
  // @ts-expect-error what opens is what was sealed
  const wrong: Consumer = await openJson(fromText, own);
  // @ts-expect-error a key to open with does not seal
  await seal(card, own);
  // @ts-expect-error nor the other way round
  await openJson(sealed, key);
  void [plain, other, wrong];
}
