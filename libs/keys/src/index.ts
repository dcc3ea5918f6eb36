export { KeyError, type KeyErrorCode, type KeyFault } from './errors.ts';
export {
  type Container,
  type KeyDescription,
  type KeyFacts,
  type KidRule,
  PrivateKey,
  PublicKey,
} from './material.ts';
export { type PrivateKeyOptions, type PublicKeyOptions, readPrivateKey, readPublicKey } from './read.ts';
export type { KeySource } from './source.ts';
export { KeySet, type KeySetStatus } from './key-set/key-set.ts';
export { keySet, type KeySetOptions } from './key-set/open-key-set.ts';
export type { KeyRule } from './key-set/newest.ts';
