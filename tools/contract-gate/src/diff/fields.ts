import { asObject, type Json } from '../spec/json.ts';
import { defaultChange } from '../schema/rules.ts';
import { compareSchemas, type Exchange, say, sayChanges, shown } from './context.ts';
import type { Field, Part } from './contract.ts';
import { broughtForward, isOver } from './lifecycle.ts';
import { travelsAsText } from './media.ts';

/** Parameters and headers. A list of them is closed: one that is not in the contract is not part of it. */

/** Compares the fields of one message. `owners` say where a field is missing. */
export function compareFields(
  exchange: Exchange,
  before: ReadonlyMap<string, Field>,
  { after, owners }: { after: ReadonlyMap<string, Field>; owners: { base: Part; revision: Part } },
): void {
  for (const [key, field] of before) {
    const other = after.get(key);
    if (other === undefined) removed(exchange, field, { after, owner: owners.revision });
    else compareField(exchange, field, other);
  }
  for (const [key, field] of after) {
    if (!before.has(key)) added(exchange, field, owners.base);
  }
}

function removed(
  exchange: Exchange,
  field: Field,
  { after, owner }: { after: ReadonlyMap<string, Field>; owner: Part },
): void {
  const moved = [...after.values()].find(({ name }) => name === field.name);
  const harmless = isOver(field.object);
  const message =
    moved === undefined
      ? `the ${kindOf(exchange, field)} ${field.name} was removed`
      : `${field.name} moved from ${field.place} to ${moved.place}`;
  say(
    exchange,
    { base: field, revision: owner },
    {
      kind: `${noun(exchange, field)}-${moved === undefined ? 'removed' : 'moved'}`,
      severity: harmless ? 'info' : 'breaking',
      where: whereOf(field),
      message,
    },
  );
}

function added(exchange: Exchange, field: Field, owner: Part): void {
  const needed = exchange.direction === 'request' && field.required;
  say(
    exchange,
    { base: owner, revision: field },
    {
      kind: `${noun(exchange, field)}-added`,
      severity: needed ? 'breaking' : 'info',
      where: whereOf(field),
      message: `the ${needed ? 'required' : 'optional'} ${kindOf(exchange, field)} ${field.name} was added`,
      ...(needed
        ? { witness: { value: { [field.place]: {} }, validUnder: 'base', invalidUnder: 'revision' } }
        : {}),
    },
  );
}

function compareField(exchange: Exchange, field: Field, other: Field): void {
  const where = whereOf(field);
  const at = { base: field, revision: other };
  if (field.required !== other.required) {
    const breaking = other.required === (exchange.direction === 'request');
    say(exchange, at, {
      kind: other.required ? `${noun(exchange, field)}-required` : `${noun(exchange, field)}-optional`,
      severity: breaking ? 'breaking' : 'safe',
      where,
      message: other.required ? `${field.name} is required now` : `${field.name} is optional now`,
      ...(breaking
        ? {
            witness: {
              value: { [field.place]: {} },
              ...(other.required
                ? { validUnder: 'base', invalidUnder: 'revision' }
                : { validUnder: 'revision', invalidUnder: 'base' }),
            } as const,
          }
        : {}),
    });
  }
  if ((field.object.deprecated === true) !== (other.object.deprecated === true))
    say(exchange, at, {
      kind: 'deprecated',
      severity: 'info',
      where,
      message: `${field.name} is ${other.object.deprecated === true ? 'deprecated now' : 'no longer deprecated'}`,
    });
  const dates = broughtForward(field.object, other.object);
  if (dates !== undefined)
    say(exchange, at, {
      kind: 'sunset',
      severity: 'breaking',
      where,
      message: `${field.name} was to stay until ${dates.from}, ends on ${dates.to} now`,
    });
  if (field.place === 'path' && field.name !== other.name)
    say(exchange, at, {
      kind: 'path-parameter-renamed',
      severity: 'breaking',
      direction: 'sdk',
      where,
      message: `the path parameter ${field.name} is called ${other.name} now`,
    });
  compareForms(exchange, field, other);
  compareValues(exchange, field, other);
}

/** The schema, or the schema of the only media type of `content`. */
function compareValues(exchange: Exchange, field: Field, other: Field): void {
  const [own, theirs] = [valueOf(field), valueOf(other)];
  if (own.media !== theirs.media) {
    say(
      exchange,
      { base: field, revision: other },
      {
        kind: 'serialization',
        severity: 'breaking',
        where: whereOf(field),
        message: `${field.name} was written as ${own.media ?? 'a plain parameter'}, is ${theirs.media ?? 'a plain parameter'}`,
      },
    );
    return;
  }
  const text = own.media === undefined || travelsAsText(own.media);
  compareSchemas(exchange, { base: own, revision: theirs }, { where: whereOf(field), text });
  const twin = exchange.comparer.twin(own, theirs, { direction: exchange.direction, text });
  sayChanges(exchange, whereOf(field), defaultChange(twin, !(field.required && other.required)));
}

function valueOf(field: Field): {
  readonly raw: Json | undefined;
  readonly pointer: string;
  readonly media?: string;
} {
  const [media, content] = Object.entries(asObject(field.object.content))[0] ?? [];
  if (media === undefined) return { raw: field.object.schema, pointer: `${field.pointer}/schema` };
  return {
    raw: asObject(content).schema,
    pointer: `${field.pointer}/content/${media.replaceAll('/', '~1')}/schema`,
    media,
  };
}

const styles: Readonly<Record<string, string>> = {
  query: 'form',
  cookie: 'form',
  path: 'simple',
  header: 'simple',
};

/**
 * How a value is put into text. Only what can be seen in the text counts, and only for values that both may
 * hold.
 */
function compareForms(exchange: Exchange, field: Field, other: Field): void {
  const [own, theirs] = [formsOf(field, 'base', exchange), formsOf(other, 'revision', exchange)];
  const changed = (['one value', 'a list', 'an object'] as const).find(
    (kind) => own[kind] !== undefined && theirs[kind] !== undefined && own[kind] !== theirs[kind],
  );
  if (changed !== undefined) {
    say(
      exchange,
      { base: field, revision: other },
      {
        kind: 'serialization',
        severity: 'breaking',
        where: whereOf(field),
        message: `${field.name} is written differently when it is ${changed}: ${own[changed] ?? ''}, now ${theirs[changed] ?? ''}`,
      },
    );
  }
  for (const key of ['allowReserved', 'allowEmptyValue']) {
    const [before, after] = [field.object[key] === true, other.object[key] === true];
    if (before === after) continue;
    say(
      exchange,
      { base: field, revision: other },
      {
        kind: 'serialization',
        severity: before === (exchange.direction === 'request') ? 'breaking' : 'safe',
        where: whereOf(field),
        message: `${key} was ${shown(before)}, is ${shown(after)}`,
      },
    );
  }
}

interface Forms {
  readonly 'one value'?: string;
  readonly 'a list'?: string;
  readonly 'an object'?: string;
}

/** How each kind of value that the field may hold is written. */
function formsOf(field: Field, side: 'base' | 'revision', exchange: Exchange): Forms {
  const style = typeof field.object.style === 'string' ? field.object.style : (styles[field.place] ?? 'form');
  const explode = typeof field.object.explode === 'boolean' ? field.object.explode : style === 'form';
  const value = valueOf(field);
  const mayBe = (type: 'array' | 'object'): boolean =>
    exchange.comparer.mayBe(value, type, { side, direction: exchange.direction, text: true });
  const exploded = explode ? `${style}, exploded` : style;
  return {
    'one value': style === 'label' || style === 'matrix' ? style : 'plain',
    // `simple` writes a list the same way exploded or not.
    ...(mayBe('array') ? { 'a list': style === 'simple' ? style : exploded } : {}),
    ...(mayBe('object') ? { 'an object': exploded } : {}),
  };
}

function noun(exchange: Exchange, field: Field): string {
  return field.place === 'header' && exchange.direction === 'response' ? 'header' : 'parameter';
}

function kindOf(exchange: Exchange, field: Field): string {
  const word = noun(exchange, field);
  return word === field.place ? word : `${field.place} ${word}`;
}

function whereOf({ place, name }: Field): string {
  return `${place} ${name}`;
}
