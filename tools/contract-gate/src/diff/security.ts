import { canonical } from '@enrollkit/schema-containment';

import { asArray, asObject, asString, isArray, isObject, type Json, type JsonObject } from '../spec/json.ts';
import { type Exchange, say } from './context.ts';
import { arrive, type Operation } from './contract.ts';

/**
 * Who may call: a list of alternatives, each a set of schemes with scopes. No list, or an empty alternative:
 * everybody.
 */

interface Scheme {
  readonly name: string;
  /** What a caller has to do, whatever the scheme is called. */
  readonly means: string;
  readonly scopes: ReadonlySet<string>;
}

type Alternative = readonly Scheme[];

/** Every caller that was let in must be let in still. */
export function compareSecurity(
  exchange: Exchange,
  operations: { readonly base: Operation; readonly revision: Operation },
): void {
  const [before, after] = [alternativesOf(operations.base), alternativesOf(operations.revision)];
  const refused = before.filter((alternative) => !after.some((other) => suffices(alternative, other)));
  for (const alternative of refused) {
    const close = after.find((other) => suffices(withoutScopes(alternative), withoutScopes(other)));
    say(exchange, places(operations), {
      kind:
        close === undefined
          ? before.length > 1 || after.length === 0
            ? 'security-removed'
            : 'security-changed'
          : 'scope-added',
      severity: 'breaking',
      direction: 'security',
      where: 'security',
      message:
        close === undefined
          ? `${callers(alternative)} are no longer let in; asked for: ${after.map(shownAlternative).join(', or ')}`
          : `${callers(alternative)} need more scopes: ${shownAlternative(close)}`,
      witness: {
        value: { security: Object.fromEntries(alternative.map(({ name, scopes }) => [name, [...scopes]])) },
        validUnder: 'base',
        invalidUnder: 'revision',
      },
    });
  }
  const fresh = after.filter((alternative) => !before.some((other) => suffices(alternative, other)));
  if (refused.length === 0 && fresh.length > 0) {
    say(exchange, places(operations), {
      kind: 'security-added',
      severity: 'safe',
      direction: 'security',
      where: 'security',
      message: `also accepted now: ${fresh.map(shownAlternative).join(', ')}`,
    });
  }
}

function places({ base, revision }: { readonly base: Operation; readonly revision: Operation }): {
  base: { pointer: string };
  revision: { pointer: string };
} {
  const at = ({ object, document, pointer }: Operation): { pointer: string } => ({
    pointer: object.security === undefined && document.security !== undefined ? '/security' : pointer,
  });
  return { base: at(base), revision: at(revision) };
}

/** The operation's own list, or that of the document. */
function alternativesOf({ object, document }: Operation): Alternative[] {
  const list = asArray(object.security ?? document.security).filter(isObject);
  return list.length === 0
    ? [[]]
    : list.map((alternative) =>
        Object.entries(alternative).map(([name, scopes]) => schemeOf(document, name, scopes)),
      );
}

function schemeOf(document: JsonObject, name: string, scopes: Json): Scheme {
  const schemes = asObject(asObject(document.components).securitySchemes);
  const { object } = arrive(document, schemes[name] ?? {}, '');
  return {
    name,
    means: meaning(object, name),
    scopes: new Set(isArray(scopes) ? scopes.filter((scope) => typeof scope === 'string') : []),
  };
}

/** What has to be sent; names, descriptions and addresses of token servers are not part of it. */
function meaning(scheme: JsonObject, name: string): string {
  switch (scheme.type) {
    case 'apiKey':
      return canonical([
        'apiKey',
        scheme.in ?? null,
        scheme.in === 'header' ? (asString(scheme.name)?.toLowerCase() ?? null) : (scheme.name ?? null),
      ]);
    case 'http':
      return canonical(['http', asString(scheme.scheme)?.toLowerCase() ?? null]);
    case undefined:
      return canonical(['unknown', name]);
    default:
      return canonical([scheme.type]);
  }
}

/** True when whoever meets the alternative meets the other as well. */
function suffices(alternative: Alternative, other: Alternative): boolean {
  return other.every((needed) =>
    alternative.some(
      (own) => own.means === needed.means && [...needed.scopes].every((scope) => own.scopes.has(scope)),
    ),
  );
}

function withoutScopes(alternative: Alternative): Alternative {
  return alternative.map((scheme) => ({ ...scheme, scopes: new Set<string>() }));
}

function callers(alternative: Alternative): string {
  return alternative.length === 0
    ? 'callers without credentials'
    : `callers with ${shownAlternative(alternative)}`;
}

function shownAlternative(alternative: Alternative): string {
  if (alternative.length === 0) return 'nothing';
  return alternative
    .map(({ name, scopes }) => (scopes.size === 0 ? name : `${name} (${[...scopes].join(', ')})`))
    .join(' and ');
}
