export { partRules } from './parts.ts';
export { tokens } from './tokens.ts';
