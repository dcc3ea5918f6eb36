export { EnrollkitError, isEnrollkitError, type ErrorParts } from './errors.ts';
export { luhn, luhnDigit } from './luhn.ts';
export { mapConcurrent } from './map-concurrent.ts';
export { SeededRandom } from './random.ts';
export { longestText, maskPan, redactText } from './redact.ts';
