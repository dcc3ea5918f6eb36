export * from './rules.ts';
export * from './sources.ts';
export * from './walls.ts';
