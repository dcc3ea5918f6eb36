export { defined, type Definable } from './defined.ts';
export { EnrollkitError, isEnrollkitError, type ErrorParts } from './errors.ts';
export { mapConcurrent } from './map-concurrent.ts';
export { oldNodeMessage, type NodeVersion } from './node-version.ts';
export { SeededRandom } from './random.ts';
export { maskCardNumbers, maskDigits, maskLongNumbers, maskPan } from './redaction/card-numbers.ts';
export { luhn, luhnDigit } from './redaction/luhn.ts';
export {
  longestCode,
  longestText,
  quoted,
  redactText,
  replaceUnprintable,
  visible,
} from './redaction/text.ts';
export { maskCardNumbersIn } from './redaction/values.ts';
