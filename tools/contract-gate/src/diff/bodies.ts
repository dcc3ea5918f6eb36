import { asObject, asString, isObject, type JsonObject } from '../spec/json.ts';
import { compareSchemas, type Exchange, say, type Sides } from './context.ts';
import { partsAt, type Part } from './contract.ts';
import { coveredBy, isBinary, isKindOf, normalized, travelsAsText } from './media.ts';

/** Bodies, media type by media type. */

/** Compares what two parts say in `content`. `negotiated`: the receiver asks for the media type it wants. */
export function compareContent(exchange: Exchange, sides: Sides, negotiated: boolean): void {
  const [before, after] = [
    partsAt(exchange.base, sides.base, 'content'),
    partsAt(exchange.revision, sides.revision, 'content'),
  ];
  const matched = new Set<string>();
  for (const [media, own] of before) {
    const name =
      coveredBy(media, [...after.keys()]) ??
      [...after.keys()].find(
        (other) =>
          exchange.direction === 'response' &&
          (coveredBy(other, [media]) !== undefined || isKindOf(other, media)),
      );
    const theirs = name === undefined ? undefined : after.get(name);
    if (name === undefined || theirs === undefined) {
      gone(exchange, { sides, media, own }, negotiated);
      continue;
    }
    matched.add(name);
    if (exchange.direction === 'response' && normalized(name) !== normalized(media) && name.includes('*')) {
      say(
        exchange,
        { base: own, revision: theirs },
        {
          kind: 'media-type-added',
          severity: 'breaking',
          where: `body ${media}`,
          message: `${media} became ${name}: other media types may be sent now`,
        },
      );
    }
    compareMedia(exchange, { base: own, revision: theirs }, media);
  }
  for (const [media, part] of after) {
    if (matched.has(media) || coveredBy(media, [...before.keys()]) !== undefined) continue;
    const fresh = exchange.direction === 'response' && !negotiated && before.size > 0;
    say(
      exchange,
      { base: sides.base, revision: part },
      {
        kind: 'media-type-added',
        severity: fresh ? 'breaking' : 'info',
        where: `body ${media}`,
        message: `the media type ${media} was added`,
      },
    );
  }
}

function gone(
  exchange: Exchange,
  { sides, media, own }: { sides: Sides; media: string; own: Part },
  negotiated: boolean,
): void {
  const harmless = exchange.direction === 'response' && !negotiated;
  say(
    exchange,
    { base: own, revision: sides.revision },
    {
      kind: 'media-type-removed',
      severity: harmless ? 'info' : 'breaking',
      where: `body ${media}`,
      message: `the media type ${media} was removed`,
    },
  );
}

function compareMedia(exchange: Exchange, { base, revision }: Sides, media: string): void {
  const where = media === 'application/json' ? 'body' : `body ${media}`;
  const text = travelsAsText(media);
  compareSchemas(
    exchange,
    {
      base: { raw: described(base.object, media), pointer: `${base.pointer}/schema` },
      revision: { raw: described(revision.object, media), pointer: `${revision.pointer}/schema` },
    },
    { where, text },
  );
  if (base.object.itemSchema !== undefined || revision.object.itemSchema !== undefined) {
    compareSchemas(
      exchange,
      {
        base: { raw: base.object.itemSchema, pointer: `${base.pointer}/itemSchema` },
        revision: { raw: revision.object.itemSchema, pointer: `${revision.pointer}/itemSchema` },
      },
      { where: `${where} each item`, text },
    );
  }
  compareEncoding(exchange, { base, revision }, where);
}

/** The schema of a media type; of bytes there is nothing to describe, whatever words say so. */
function described({ schema }: JsonObject, media: string): JsonObject[string] | undefined {
  if (!isBinary(media) || !isObject(schema)) return schema;
  const bytes = schema.type === undefined || schema.type === 'string';
  const only = Object.keys(schema).every((key) =>
    ['type', 'format', 'contentMediaType', 'contentEncoding', 'description', 'title', 'example'].includes(
      key,
    ),
  );
  return bytes && only && schema.contentEncoding === undefined && schema.format !== 'byte'
    ? undefined
    : schema;
}

/** How the parts of a form are written. */
function compareEncoding(exchange: Exchange, { base, revision }: Sides, where: string): void {
  const [before, after] = [
    partsAt(exchange.base, base, 'encoding'),
    partsAt(exchange.revision, revision, 'encoding'),
  ];
  const properties = asObject(asObject(revision.object.schema).properties);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const [own, theirs] = [before.get(name)?.object ?? {}, after.get(name)?.object ?? {}];
    const [from, to] = exchange.direction === 'request' ? [own, theirs] : [theirs, own];
    const [sent, taken] = [types(from), types(to)];
    const refused =
      sent !== undefined &&
      taken !== undefined &&
      !sent.every((type) => coveredBy(type, taken) !== undefined);
    const rewritten = own.style !== theirs.style || own.explode !== theirs.explode;
    if (!refused && !rewritten) continue;
    if (Object.keys(properties).length > 0 && !(name in properties)) continue;
    say(
      exchange,
      { base, revision },
      {
        kind: 'encoding',
        severity: 'breaking',
        where: `${where} /${name}`,
        message: `the part ${name} is encoded differently`,
      },
    );
  }
}

function types({ contentType }: JsonObject): string[] | undefined {
  return asString(contentType)
    ?.split(',')
    .map((type) => type.trim());
}
