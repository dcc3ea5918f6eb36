export * from './provider-error.ts';
export * from './transport.ts';
export type { TlsOptions } from './tls.ts';
