/**
 * Which way a value travels. A request is judged strictly; an answer tolerantly: an extensible enum takes any
 * value. A `readOnly` field is not required in a request, a `writeOnly` one not in an answer (OpenAPI 3.1
 * section 4.8.24).
 */
export type Direction = 'request' | 'answer';
