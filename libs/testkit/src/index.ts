export * from './clock.ts';
export * from './folder.ts';
export * from './fuzz.ts';
export * from './leaks.ts';
export * from './random.ts';
export * from './records.ts';
export * from './wait.ts';
export * from './vectors.ts';
