export * from './boundaries.ts';
export * from './cycles.ts';
export * from './documentation.ts';
export * from './files.ts';
export * from './imports.ts';
export * from './sources.ts';
export * from './words.ts';
