import type { JsonObject } from '../../../src/spec/json.ts';
import { one } from '../api.ts';
import {
  always,
  answer,
  body,
  breaks,
  holds,
  never,
  oneWay,
  text,
  thing,
  whole,
  type OperationRow,
} from './row.ts';

const cat = thing({ kind: text, meow: text }, { required: ['kind'] });
const dog = thing({ kind: text, bark: text }, { required: ['kind'] });
const pet = (discriminator: JsonObject, schemas: JsonObject = { Cat: cat, Dog: dog }): JsonObject =>
  one(
    { requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Pet' } } } } },
    {
      components: {
        schemas: {
          ...schemas,
          Pet: {
            oneOf: Object.keys(schemas).map((name) => ({ $ref: `#/components/schemas/${name}` })),
            ...(Object.keys(discriminator).length === 0 ? {} : { discriminator }),
          },
        },
      },
    },
  );
const byKind = { propertyName: 'kind' };

/** What happens to discriminators. */
export const discriminatorRows: readonly OperationRow[] = [
  ...never('a discriminator added', pet({}), pet(byKind)),
  ...always('its property changed', pet(byKind), pet({ propertyName: 'type' })),
  breaks(
    'a mapping swapped',
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }),
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Dog', dog: '#/components/schemas/Cat' } }),
  ),
  breaks(
    'a mapped value removed',
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }),
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat' } }),
  ),
  holds(
    'a mapped value added',
    pet({ ...byKind, mapping: { cat: '#/components/schemas/Cat', dog: '#/components/schemas/Dog' } }),
    pet({
      ...byKind,
      mapping: {
        cat: '#/components/schemas/Cat',
        dog: '#/components/schemas/Dog',
        puppy: '#/components/schemas/Dog',
      },
    }),
  ),
  ...never(
    'the implicit mapping said',
    pet(byKind),
    pet({ ...byKind, mapping: { Cat: '#/components/schemas/Cat', Dog: 'Dog' } }),
  ),
  breaks('a variant told by its schema name was renamed', pet(byKind), pet(byKind, { Cat: cat, Hound: dog })),
];

const bird = thing({ kind: text, wings: whole });
const union = (word: string, ...variants: readonly JsonObject[]): JsonObject => ({ [word]: variants });

/** What happens to the variants of a union. */
export const variantRows: readonly OperationRow[] = [
  ...oneWay(
    'anyOf: an open variant more to read',
    answer(union('anyOf', cat, dog, bird)),
    answer(union('anyOf', cat, dog)),
  ),
  ...oneWay(
    'oneOf: an open variant more to read',
    answer(union('oneOf', cat, dog, bird)),
    answer(union('oneOf', cat, dog)),
  ),
  ...oneWay(
    'anyOf: an open variant can be sent no more',
    body({ 'application/json': { schema: union('anyOf', cat, dog) } }),
    body({ 'application/json': { schema: union('anyOf', cat, dog, bird) } }),
  ),
  breaks('one kind of answer became a union', answer(cat), answer(union('anyOf', cat, dog))),
  holds('a union of answers became one kind', answer(union('anyOf', cat, dog)), answer(cat)),
  ...never(
    'a variant said twice',
    answer(union('anyOf', cat, dog)),
    answer(union('anyOf', cat, dog, thing({ kind: text, meow: text }, { required: ['kind'] }))),
  ),
];
