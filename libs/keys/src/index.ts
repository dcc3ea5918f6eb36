export { KeyError, type KeyErrorCode, type KeyErrorParts } from './errors.ts';
export {
  type Container,
  type KeyDescription,
  type KeyFacts,
  type KidRule,
  PrivateKey,
  PublicKey,
} from './material.ts';
export { readPrivateKey, readPublicKey } from './read.ts';
export type { PrivateKeyOptions, PublicKeyOptions } from './read-options.ts';
export { rsaWeakness } from './rsa.ts';
export type { KeySource } from './source.ts';
export { KeySet, type KeySetStatus } from './key-set/key-set.ts';
export { type KeyRule, unusableBecause } from './key-set/newest.ts';
export { keySet, type KeySetOptions } from './key-set/open-key-set.ts';
export { checkPinned } from './key-set/pins.ts';
export type { Fetch } from './key-set/url-source.ts';
