export type { ContentAlgorithm, KeyAlgorithm, SealAlgorithm } from './algorithms.ts';
export * from './errors.ts';
export {
  DecryptionKey,
  type DecryptionKeyDescription,
  type DecryptionKeyOptions,
  decryptionKey,
  EncryptionKey,
  type EncryptionKeyDescription,
  type EncryptionKeyOptions,
  encryptionKey,
  type SealHeader,
} from './keys.ts';
export { headerOf, open, openJson, type OpenOptions } from './open.ts';
export { type Jwe, type PlaintextContract, seal, sealFor } from './seal.ts';
export { sealAll, type SealAllOptions } from './seal-all.ts';
export type { JweHeader } from './token.ts';
