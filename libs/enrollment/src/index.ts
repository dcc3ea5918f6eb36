export * from './provider.ts';
export * from './record.ts';
export * from './rejection.ts';
export * from './states.ts';
