import { generateKeyPairSync } from 'node:crypto';
import { oauth1, type OAuth1Options, type ReceivedRequest, type VerifyOptions } from '../src/index.ts';

export const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
export const consumerKey = 'client!key';
export const NOW = Date.UTC(2026, 10, 22, 12);
export const clock = (): number => NOW;
export const body = Buffer.from('{"a":"é"}');
export const url = new URL('https://sandbox.api.mastercard.com/src/api/cards/batch?x=1&y=%20');
export const options = (change: Partial<OAuth1Options> = {}): OAuth1Options => ({
  consumerKey,
  key: privateKey,
  clock,
  ...change,
});
export const judge: VerifyOptions = {
  publicKeyFor: (key) => (key === consumerKey ? publicKey : undefined),
  clock,
};

export async function signed(change: Partial<OAuth1Options> = {}): Promise<ReceivedRequest> {
  const { authorization = '' } = await oauth1(options(change)).authenticate({ method: 'POST', url, body });
  return { method: 'POST', url, body, authorization };
}

export function rewritten(request: ReceivedRequest, change: (header: string) => string): ReceivedRequest {
  return { ...request, authorization: change(request.authorization ?? '') };
}
