import { asObject, type JsonObject } from './json.ts';

/** The extensions this tool reads in a spec, each named once. */
export const extensions = {
  /** On a string that is a JWE: the schema, or a reference to it, of the plaintext. */
  encrypted: 'x-encrypted',
  /** On a string that must never be shown: one of `sensitiveKinds`. */
  sensitive: 'x-sensitive',
  /** `true` beside an `enum`: an answer may hold other values. */
  extensibleEnum: 'x-extensible-enum',
  /** Where the element comes from: one of `provenances`. */
  provenance: 'x-provenance',
  /** Written by the plain view: `jwe` where the value is encrypted on its way. */
  travelsAs: 'x-travels-as',
} as const;

/** What `x-sensitive` may say. */
export const sensitiveKinds = ['pan', 'expiry', 'name', 'contact', 'address', 'key'] as const;

/** What `x-provenance` may say. */
export const provenances = ['documented', 'sibling', 'assumed'] as const;

/**
 * Whether the document says of itself that it describes nobody else's API: then its elements come from
 * nowhere else.
 */
export function isOwn(document: JsonObject): boolean {
  return asObject(document.info)[extensions.provenance] === 'own';
}
