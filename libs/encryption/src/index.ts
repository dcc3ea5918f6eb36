export type { ContentAlgorithm, KeyAlgorithm, SealAlgorithm } from './algorithms.ts';
export * from './errors.ts';
export {
  DecryptionKey,
  type DecryptionKeyDescription,
  decryptionKey,
  EncryptionKey,
  type EncryptionKeyDescription,
  encryptionKey,
  type SealHeader,
} from './keys.ts';
export type { DecryptionKeyOptions, EncryptionKeyOptions, Opener } from './key-options.ts';
export { headerOf, open, openJson, type OpenJsonOptions, type OpenOptions } from './open.ts';
export { type Jwe, type PlaintextContract, seal, sealFor } from './seal.ts';
export { sealAll, type SealAllOptions } from './seal-all.ts';
export type { JweHeader } from './token.ts';
