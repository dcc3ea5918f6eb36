import { Judge, SchemaWorld } from '@enrollkit/schema-containment';

import type { Finding } from '../report/index.ts';
import { reasonOf } from '../schema/reason.ts';
import type { JsonObject } from '../spec/json.ts';
import { withoutSlowPatterns } from '../spec/slow-patterns.ts';
import { findingAt, type Judged } from './judged.ts';

/**
 * Judges bodies by the patterns that the comparator may not run: those an engine that backtracks could hang
 * on.
 */
export class SlowPatternJudge {
  readonly #judge = new Judge();
  readonly #whole: SchemaWorld;
  readonly #rest: SchemaWorld | undefined;

  constructor(document: JsonObject) {
    const rest = withoutSlowPatterns(document);
    this.#whole = new SchemaWorld(document, 'base');
    this.#rest = rest === document ? undefined : new SchemaWorld(rest, 'base');
  }

  /** Bodies that only such a pattern refuses. */
  *findings(judged: Judged): Generator<Finding> {
    if (this.#rest === undefined) return;
    for (const { direction, message, schema } of judged.messages) {
      if (schema === undefined || message.body === undefined) continue;
      const node = this.#whole.node(schema.schema, schema.pointer, { direction, text: false });
      if (this.#judge.accepts(node, message.body) !== false) continue;
      const { path, keyword } = reasonOf(this.#judge, node, message.body);
      if (keyword !== 'pattern' && !keyword.startsWith('patternProperties')) continue;
      yield findingAt(judged, message.bodyPointer, {
        id: `pact/${direction}.body.incompatible`,
        message: `the body of the ${direction} is not what the contract says: ${path} breaks ${keyword}`,
      });
    }
  }
}
