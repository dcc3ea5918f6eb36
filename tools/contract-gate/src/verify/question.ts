import type { Declared } from '../pact/walk.ts';
import type { Json, JsonObject } from '../spec/json.ts';

/** A matcher, and the schemas that stand for the same value. */
export interface Question {
  readonly matcher: JsonObject;
  readonly example: Json;
  readonly schemas: readonly Declared[];
  /** In the pact's file. */
  readonly pointer: string;
  readonly name: string;
  /** The value travels as text. */
  readonly text: boolean;
  readonly direction: 'request' | 'response';
}
