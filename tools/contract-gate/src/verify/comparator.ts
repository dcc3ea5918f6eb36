import * as library from '@pactflow/openapi-pact-comparator';

import { contentOf, type Interaction, type Pact } from '../pact/pact.ts';
import type { Finding } from '../report/index.ts';
import { asArray, asObject, isObject, type JsonObject, pointerOf, valueAt } from '../spec/json.ts';
import { comparable, fragmentPath } from './comparable.ts';

/** What is used of the library. Its own declarations are written in a way that nodenext cannot resolve. */
interface Library {
  readonly Comparator: new (documents: { readonly oas: JsonObject }) => {
    compare(pact: JsonObject): AsyncIterable<Result>;
  };
}

interface Result {
  readonly code: string;
  readonly message: string;
  readonly type: 'error' | 'warning';
  readonly mockDetails?: { readonly interactionDescription?: string; readonly location?: string };
}

/** What the comparator says where it finds no operation, or a value that a path parameter refuses. */
const unknownPath = 'request.path-or-method.unknown';

const { Comparator } = library as unknown as Library;

/** What pactflow's comparator says of a pact, held against a plain view. */
export async function* comparatorFindings(pact: Pact, view: JsonObject): AsyncGenerator<Finding> {
  try {
    yield* compared(pact, view);
  } catch (error) {
    // Schemas that refer to themselves through `allOf`, and names that references must escape, are too much
    // for it.
    yield {
      id: 'pact/not-compared',
      severity: 'warning',
      message: `the pact could not be compared with the contract: ${error instanceof Error ? error.message.slice(0, 200) : 'for no reason given'}`,
      place: pact.locate(''),
      hint: 'Its matchers, query parameters and request fields were checked; bodies and headers were not.',
    };
  }
}

async function* compared(pact: Pact, view: JsonObject): AsyncGenerator<Finding> {
  const comparator = new Comparator({ oas: comparable(view) });
  const fragmentOf = fragmentPath(view);
  for await (const { code, message, mockDetails, type } of comparator.compare(readable(pact.document))) {
    const location = pointerIn(pact, mockDetails?.location ?? '');
    const fragment = code === unknownPath ? fragmentOf(interactionAt(pact, location)) : undefined;
    if (fragment !== undefined) {
      yield {
        id: 'pact/not-compared',
        severity: 'warning',
        message: `${mockDetails?.interactionDescription ?? 'an interaction'}: not compared, because the path ${fragment} of the contract has a fragment`,
        place: pact.locate(location),
        hint: 'A request carries no fragment: which of such operations it means cannot be told from its path.',
      };
      continue;
    }
    yield {
      id: `pact/${code}`,
      severity: type === 'error' ? 'error' : 'warning',
      message: `${mockDetails?.interactionDescription ?? 'an interaction'}: ${message}`,
      place: pact.locate(location),
    };
  }
}

/** The interaction that a JSON Pointer into the pact's file leads into. */
function interactionAt({ interactions }: Pact, location: string): Interaction | undefined {
  return interactions.find(({ pointer }) => location.startsWith(`${pointer}/`));
}

/** The pact with its bodies as JSON: the comparator takes encoded ones for text. */
function readable(document: JsonObject): JsonObject {
  const interactions = asArray(document.interactions).map((value) => {
    const interaction = asObject(value);
    const decoded = (['request', 'response'] as const).flatMap((side) => {
      const { body, ...message } = asObject(interaction[side]);
      const wrapped = asObject(body);
      const content = wrapped.encoded === undefined ? undefined : contentOf(wrapped);
      if (content === undefined || content === wrapped.content) return [];
      return [[side, { ...message, body: { ...wrapped, encoded: false, content } }] as const];
    });
    return { ...interaction, ...Object.fromEntries(decoded) };
  });
  return { ...document, interactions };
}

/**
 * `[root].interactions[0].request.body.a` as a JSON Pointer into the file; a body's value may be wrapped
 * there.
 */
function pointerIn(pact: Pact, location: string): string {
  const segments = location
    .replace(/^\[root\]\.?/, '')
    .split(/[.[\]]+/)
    .filter((segment) => segment !== '');
  const body = segments.indexOf('body');
  if (body === -1) return pointerOf(segments);
  const [before, after] = [segments.slice(0, body + 1), segments.slice(body + 1)];
  const wrapped = valueAt(pact.document, pointerOf(before));
  return pointerOf([
    ...before,
    ...(isObject(wrapped) && 'content' in wrapped && after[0] !== 'content' ? ['content'] : []),
    ...after,
  ]);
}
