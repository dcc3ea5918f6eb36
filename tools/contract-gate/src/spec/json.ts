export {
  asArray,
  asObject,
  asString,
  escapeSegment,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  pointerOf,
  segmentsOf,
  valueAt,
} from '@enrollkit/schema-containment';
