/** A digest of the key derivation and MAC of PKCS#12: what RFC 7292 B.2 calls v and u, in bytes. */
export interface Digest {
  readonly name: string;
  readonly block: number;
  readonly size: number;
}

/** By object identifier, as OpenSSL's default provider knows them. */
export const digests: Readonly<Record<string, Digest>> = {
  '1.2.840.113549.2.5': { name: 'md5', block: 64, size: 16 },
  '1.3.14.3.2.26': { name: 'sha1', block: 64, size: 20 },
  '2.16.840.1.101.3.4.2.4': { name: 'sha224', block: 64, size: 28 },
  '2.16.840.1.101.3.4.2.1': { name: 'sha256', block: 64, size: 32 },
  '2.16.840.1.101.3.4.2.2': { name: 'sha384', block: 128, size: 48 },
  '2.16.840.1.101.3.4.2.3': { name: 'sha512', block: 128, size: 64 },
  '2.16.840.1.101.3.4.2.5': { name: 'sha512-224', block: 128, size: 28 },
  '2.16.840.1.101.3.4.2.6': { name: 'sha512-256', block: 128, size: 32 },
  '2.16.840.1.101.3.4.2.7': { name: 'sha3-224', block: 144, size: 28 },
  '2.16.840.1.101.3.4.2.8': { name: 'sha3-256', block: 136, size: 32 },
  '2.16.840.1.101.3.4.2.9': { name: 'sha3-384', block: 104, size: 48 },
  '2.16.840.1.101.3.4.2.10': { name: 'sha3-512', block: 72, size: 64 },
};

/** The digest of each HMAC, for PBKDF2 and PBMAC1: its name and its size in bytes. */
export const hmacs: Readonly<Record<string, { readonly name: string; readonly size: number }>> = {
  '1.2.840.113549.2.7': { name: 'sha1', size: 20 },
  '1.2.840.113549.2.8': { name: 'sha224', size: 28 },
  '1.2.840.113549.2.9': { name: 'sha256', size: 32 },
  '1.2.840.113549.2.10': { name: 'sha384', size: 48 },
  '1.2.840.113549.2.11': { name: 'sha512', size: 64 },
  '1.2.840.113549.2.12': { name: 'sha512-224', size: 28 },
  '1.2.840.113549.2.13': { name: 'sha512-256', size: 32 },
  '2.16.840.1.101.3.4.2.13': { name: 'sha3-224', size: 28 },
  '2.16.840.1.101.3.4.2.14': { name: 'sha3-256', size: 32 },
  '2.16.840.1.101.3.4.2.15': { name: 'sha3-384', size: 48 },
  '2.16.840.1.101.3.4.2.16': { name: 'sha3-512', size: 64 },
};

/** The ciphers of PBES2. */
export const ciphers: Readonly<Record<string, { readonly name: string; readonly keyBytes: number }>> = {
  '1.2.840.113549.3.7': { name: 'des-ede3-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.2': { name: 'aes-128-cbc', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.3': { name: 'aes-128-ofb', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.4': { name: 'aes-128-cfb', keyBytes: 16 },
  '2.16.840.1.101.3.4.1.22': { name: 'aes-192-cbc', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.23': { name: 'aes-192-ofb', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.24': { name: 'aes-192-cfb', keyBytes: 24 },
  '2.16.840.1.101.3.4.1.42': { name: 'aes-256-cbc', keyBytes: 32 },
  '2.16.840.1.101.3.4.1.43': { name: 'aes-256-ofb', keyBytes: 32 },
  '2.16.840.1.101.3.4.1.44': { name: 'aes-256-cfb', keyBytes: 32 },
  '1.2.392.200011.61.1.1.1.2': { name: 'camellia-128-cbc', keyBytes: 16 },
  '1.2.392.200011.61.1.1.1.3': { name: 'camellia-192-cbc', keyBytes: 24 },
  '1.2.392.200011.61.1.1.1.4': { name: 'camellia-256-cbc', keyBytes: 32 },
  '1.2.410.200046.1.1.2': { name: 'aria-128-cbc', keyBytes: 16 },
  '1.2.410.200046.1.1.7': { name: 'aria-192-cbc', keyBytes: 24 },
  '1.2.410.200046.1.1.12': { name: 'aria-256-cbc', keyBytes: 32 },
  '1.2.156.10197.1.104.2': { name: 'sm4-cbc', keyBytes: 16 },
};

/** The schemes of RFC 7292 appendix C that are read: bytes of key that are derived for 3DES. */
export const tripleDes: Readonly<Record<string, number>> = {
  '1.2.840.113549.1.12.1.3': 24,
  '1.2.840.113549.1.12.1.4': 16,
};

/** Schemes that OpenSSL 3 keeps in its legacy provider, by the name a person would look up. */
export const retired: Readonly<Record<string, string>> = {
  '1.2.840.113549.1.12.1.1': 'RC4-128',
  '1.2.840.113549.1.12.1.2': 'RC4-40',
  '1.2.840.113549.1.12.1.5': 'RC2-128',
  '1.2.840.113549.1.12.1.6': 'RC2-40',
  '1.2.840.113549.1.5.1': 'MD2 with DES',
  '1.2.840.113549.1.5.3': 'MD5 with DES',
  '1.2.840.113549.1.5.4': 'MD2 with RC2',
  '1.2.840.113549.1.5.6': 'MD5 with RC2',
  '1.2.840.113549.1.5.10': 'SHA-1 with DES',
  '1.2.840.113549.1.5.11': 'SHA-1 with RC2',
  '1.2.840.113549.3.2': 'RC2',
  '1.2.840.113549.3.4': 'RC4',
  '1.2.840.113549.3.9': 'RC5',
  '1.3.14.3.2.7': 'DES',
};

/** Password-based schemes and key derivations of RFC 8018, RFC 7914 and RFC 9579. */
export const schemes = {
  pbes2: '1.2.840.113549.1.5.13',
  pbmac1: '1.2.840.113549.1.5.14',
  pbkdf2: '1.2.840.113549.1.5.12',
  scrypt: '1.3.6.1.4.1.11591.4.11',
} as const;
