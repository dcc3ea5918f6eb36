import { extensions } from '../spec/extensions.ts';
import { asArray, asObject, asString, type Json } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import {
  type BodyPlace,
  type OperationPlace,
  operationsOf,
  type ParameterPlace,
} from '../spec/operations.ts';
import { type Converted, convertSchemas } from './convert.ts';
import type { Direction } from './direction.ts';
import { identifier, Names, pascal } from './names.ts';
import { quote } from './print.ts';
import { type MarkedPlaces, markedPlaces, ownSensitiveFields } from './places.ts';
import { StubDocument } from './stub-document.ts';
import { TravelMap } from './travel.ts';
import type { Schema } from './template/schema.ts';

/** A validator to be written. */
export interface ValidatorModel {
  readonly name: string;
  /** Entry of the table of schemas. */
  readonly entry: string;
  readonly direction: Direction;
  /** TypeScript type, in terms of `types.ts`. */
  readonly type: string;
}

/** A body to be written into the table of operations. */
export interface BodyModel {
  readonly mediaType: string;
  readonly validator: string;
  readonly encrypted: readonly EncryptedModel[];
  readonly sensitive: MarkedPlaces['sensitive'];
}

/** A JWE string in a body. */
export interface EncryptedModel {
  readonly pointer: string;
  readonly plaintext: string;
  readonly validator: string;
  readonly sensitive: MarkedPlaces['sensitive'];
}

/** A parameter to be written. */
export interface ParameterModel {
  readonly place: ParameterPlace;
  /** Entry of the table of schemas. */
  readonly entry: string;
  /** The kind of sensitive value it holds, said of the parameter or of its schema. */
  readonly sensitive: string | null;
}

/** An operation to be written. */
export interface OperationModel {
  readonly place: OperationPlace;
  /** Its key in the type `operations`. */
  readonly typeKey: string;
  readonly parameters: readonly ParameterModel[];
  readonly request: BodyModel | null;
  readonly responses: readonly (readonly [status: string, body: BodyModel | null])[];
}

/** All that is generated from one spec, before it is text. */
export interface ContractModel {
  readonly spec: Spec;
  readonly schemas: Converted;
  /** Schemas without a name that a validator judges, by their entry in the table. */
  readonly unnamed: ReadonlyMap<string, Schema>;
  readonly operations: readonly OperationModel[];
  readonly validators: readonly ValidatorModel[];
  /** The name of the exported type of each named schema. */
  readonly typeNames: ReadonlyMap<string, string>;
  /** The ways in which values of each named schema travel. */
  readonly directions: ReadonlyMap<string, ReadonlySet<Direction>>;
  /** The values of every named enum of strings, open or not. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Kinds by field name, of every named schema with a sensitive field of its own. */
  readonly sensitive: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** Reads a spec into the model of its generated code. Throws `SpecError` for what cannot be generated. */
export function modelOf(spec: Spec): ContractModel {
  return new ModelBuilder(spec).build();
}

/** What a schema without a name is used for: it names the validator, and says its type. */
interface Use {
  readonly direction: Direction;
  readonly name: string;
  readonly type: string;
}

/** Methods that openapi-typescript knows; the operations of others are not in the type `operations`. */
const typedMethods = new Set<string>(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

class ModelBuilder {
  readonly #spec: Spec;
  readonly #schemas: Converted;
  readonly #validators = new Map<string, ValidatorModel>();
  readonly #unnamed = new Map<string, Schema>();
  /** Entry of each unnamed schema of a parameter, by its text: many are alike. */
  readonly #alike = new Map<string, string>();
  readonly #names = new Names();
  readonly #typeNames: ReadonlyMap<string, string>;

  constructor(spec: Spec) {
    this.#spec = spec;
    this.#schemas = convertSchemas(spec);
    // Schemas of other files and places are named when something refers to them: all are, before names are
    // given.
    const everywhere = new StubDocument(spec.document, (schema, pointer) => {
      this.#schemas.schema(schema, pointer);
      return {};
    });
    everywhere.build({}, new Map());
    this.#typeNames = typeNamesOf(this.#schemas);
  }

  build(): ContractModel {
    const places = operationsOf(this.#spec.document);
    const directions = new TravelMap(this.#schemas).of(places, operationsOf(this.#spec.document, 'webhooks'));
    for (const direction of ['request', 'answer'] as const)
      for (const name of this.#typeNames.keys())
        if (directions.get(name)?.has(direction) ?? direction === 'request') this.#named(name, direction);
    const keys = new Names();
    const operations = places.map((place) => this.#operation(place, typeKeyOf(place.id, keys)));
    return {
      spec: this.#spec,
      schemas: this.#schemas,
      unnamed: this.#unnamed,
      operations,
      validators: [...this.#validators.values()].sort((left, right) => (left.name < right.name ? -1 : 1)),
      typeNames: this.#typeNames,
      directions,
      enums: enumsOf(this.#spec),
      sensitive: sensitiveOf(this.#spec),
    };
  }

  #operation(place: OperationPlace, typeKey: string): OperationModel {
    const { id } = place;
    const operation = `operations[${quote(typeKey)}]`;
    const typed = typedMethods.has(place.method);
    const content = (body: BodyPlace): string => `['content'][${quote(body.json?.mediaType ?? '')}]`;
    const request =
      place.request === undefined
        ? null
        : this.#body(place.request, {
            direction: 'request',
            name: `${pascal(id)}Request`,
            type: typed ? `NonNullable<${operation}['requestBody']>${content(place.request)}` : 'unknown',
          });
    const responses = [...place.responses].map(([status, body]) => {
      const key = /^\d+$/.test(status) ? status : quote(status);
      const type = typed ? `${operation}['responses'][${key}]${content(body)}` : 'unknown';
      return [
        status,
        this.#body(body, { direction: 'answer', name: `${pascal(id)}${pascal(status)}`, type }),
      ] as const;
    });
    const parameters = place.parameters.map((parameter) => ({
      place: parameter,
      entry: this.#parameter(parameter),
      sensitive: this.#sensitiveKind(parameter),
    }));
    return { place, typeKey, parameters, request, responses };
  }

  #parameter({ schema }: ParameterPlace): string {
    const name = this.#schemas.nameOf(schema?.schema, schema?.pointer ?? '');
    if (name !== undefined) return name;
    const made = schema === undefined ? true : this.#schemas.schema(schema.schema, schema.pointer);
    const text = JSON.stringify(made);
    const entry = this.#alike.get(text) ?? `#${this.#alike.size + 1}`;
    this.#alike.set(text, entry);
    this.#unnamed.set(entry, made);
    return entry;
  }

  #sensitiveKind({ object, schema }: ParameterPlace): string | null {
    const own = asString(object[extensions.sensitive]);
    const marked = schema === undefined ? [] : markedPlaces(this.#spec.document, schema.schema).sensitive;
    return own ?? marked[0]?.kind ?? null;
  }

  #body(body: BodyPlace, use: Use): BodyModel | null {
    if (body.json === undefined) return null;
    const { schema, pointer } = body.json.schema;
    const marked = markedPlaces(this.#spec.document, schema);
    return {
      mediaType: body.json.mediaType,
      validator: this.#validator(schema, pointer, use),
      encrypted: marked.encrypted.map(({ pointer: at, ref }) => this.#plaintext(at, ref, use)),
      sensitive: marked.sensitive,
    };
  }

  #plaintext(pointer: string, ref: string, { direction }: Use): EncryptedModel {
    const schema = { $ref: ref };
    const plaintext = this.#schemas.nameOf(schema, pointer) ?? '';
    return {
      pointer,
      plaintext,
      validator: this.#named(plaintext, direction),
      sensitive: markedPlaces(this.#spec.document, schema).sensitive,
    };
  }

  #validator(schema: Json, pointer: string, use: Use): string {
    const component = this.#schemas.nameOf(schema, pointer);
    if (component !== undefined) return this.#named(component, use.direction);
    const entry = `#${use.name}`;
    this.#unnamed.set(entry, this.#schemas.schema(schema, pointer));
    return this.#add({ entry, direction: use.direction, type: use.type }, use.name);
  }

  /** The validator of a named schema for one direction, however often it is asked for. */
  #named(entry: string, direction: Direction): string {
    const known = this.#validators.get(`${direction} ${entry}`);
    const type = `components['schemas'][${quote(entry)}]`;
    if (known !== undefined) return known.name;
    const stem = (this.#typeNames.get(entry) ?? entry).replace(/^_(?=\d)/, '');
    const capital = `${stem.slice(0, 1).toUpperCase()}${stem.slice(1)}`;
    return this.#add({ entry, direction, type }, `${capital}${direction === 'answer' ? 'Answer' : ''}`);
  }

  #add(validator: Omit<ValidatorModel, 'name'>, stem: string): string {
    const name = this.#names.take(`validate${stem}`);
    this.#validators.set(`${validator.direction} ${validator.entry}`, { ...validator, name });
    return name;
  }
}

/** What openapi-typescript can take as a key: it reads some characters of an operationId as a reference's. */
function typeKeyOf(id: string, keys: Names): string {
  const key = id.replaceAll(/[^\w$ .:/-]/g, '_');
  return keys.only(key);
}

/** Components that are names in TypeScript keep them; the others are told apart from those. */
function typeNamesOf({ named }: Converted): Map<string, string> {
  const names = new Names();
  const exact = [...named.keys()].filter((name) => identifier(name) === name);
  return new Map([...new Set([...exact, ...named.keys()])].map((name) => [name, names.take(name)]));
}

function sensitiveOf(spec: Spec): Map<string, Readonly<Record<string, string>>> {
  const schemas = Object.entries(asObject(asObject(spec.document.components).schemas));
  const tables = schemas.map(
    ([name, schema]) => [name, Object.fromEntries(ownSensitiveFields(spec.document, schema))] as const,
  );
  return new Map(tables.filter(([, fields]) => Object.keys(fields).length > 0));
}

function enumsOf(spec: Spec): Map<string, readonly string[]> {
  const schemas = Object.entries(asObject(asObject(spec.document.components).schemas));
  const enums = schemas.map(
    ([name, schema]) =>
      [name, asArray(asObject(schema).enum).filter((value) => typeof value === 'string')] as const,
  );
  return new Map(enums.filter(([, values]) => values.length > 0));
}
