import { answer, body, breaks, holds, never, oneWay, text, thing, type OperationRow } from './row.ts';

const asked = (properties: Parameters<typeof thing>[0], required: readonly string[] = []) =>
  body({ 'application/json': { schema: thing(properties, { required }) } });
const answered = (properties: Parameters<typeof thing>[0], required: readonly string[] = []) =>
  answer(thing(properties, { required }));
const readOnly = { type: 'string', readOnly: true };
const writeOnly = { type: 'string', writeOnly: true };

/** Properties that travel one way only: the other way they are as good as absent. */
export const oneWayRows: readonly OperationRow[] = [
  ...never(
    'a read-only enum of a request loses a value',
    asked({ a: { ...readOnly, enum: ['x', 'y'] } }),
    asked({ a: { ...readOnly, enum: ['x'] } }),
  ),
  ...never(
    'a read-only bound of a request lowered',
    asked({ a: { type: 'integer', maximum: 9, readOnly: true } }),
    asked({ a: { type: 'integer', maximum: 3, readOnly: true } }),
  ),
  ...never(
    'a read-only property is required of nobody',
    asked({ a: readOnly }),
    asked({ a: readOnly }, ['a']),
  ),
  ...never('a new read-only property, required', asked({}), asked({ a: readOnly }, ['a'])),
  breaks(
    'a required property is read-only no more',
    asked({ a: readOnly }, ['a']),
    asked({ a: text }, ['a']),
  ),
  ...never('write-only in a request', asked({ a: text }), asked({ a: writeOnly })),
  ...never('a write-only property gone from an answer', answered({ a: writeOnly }), answered({})),
  ...never(
    'a required write-only property gone from an answer',
    answered({ a: writeOnly }, ['a']),
    answered({}),
  ),
  ...never(
    'a write-only enum of an answer gains a value',
    answered({ a: { ...writeOnly, enum: ['x'] } }),
    answered({ a: { ...writeOnly, enum: ['x', 'y'] } }),
  ),
  ...never(
    'a write-only property of an answer became optional',
    answered({ a: writeOnly }, ['a']),
    answered({ a: writeOnly }),
  ),
  ...never('read-only in an answer', answered({ a: text }), answered({ a: readOnly })),
  breaks(
    'a new required property, its default aside',
    asked({}),
    asked({ a: { ...text, default: 'x' } }, ['a']),
  ),
  ...oneWay(
    'required, its default aside',
    asked({ a: { ...text, default: 'x' } }, ['a']),
    asked({ a: { ...text, default: 'x' } }),
  ),
  holds('a new property that is always there in an answer', answered({}), answered({ a: text }, ['a'])),
];
