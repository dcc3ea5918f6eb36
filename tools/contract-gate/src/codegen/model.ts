import { SpecError } from '../spec/errors.ts';
import { extensions } from '../spec/extensions.ts';
import { asArray, asObject, asString, type Json, valueAt } from '../spec/json.ts';
import type { Spec } from '../spec/load.ts';
import {
  type BodyPlace,
  type OperationPlace,
  operationsOf,
  type ParameterPlace,
} from '../spec/operations.ts';
import type { Check } from './checks.ts';
import type { Direction } from './json-schema.ts';
import { markedPlaces, type MarkedPlaces, ownSensitiveFields, referencesIn } from './places.ts';

/** A validator to be written: its check, the type it vouches for, and the extensible enums it watches. */
export interface ValidatorModel extends Check {
  /** TypeScript type, in terms of `types.ts`. */
  readonly type: string;
  readonly openEnums: MarkedPlaces['openEnums'];
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
  readonly validator: string;
  /** The kind of sensitive value it holds, said of the parameter or of its schema. */
  readonly sensitive: string | null;
}

/** An operation to be written. */
export interface OperationModel {
  readonly place: OperationPlace;
  readonly parameters: readonly ParameterModel[];
  readonly request: BodyModel | null;
  readonly responses: readonly (readonly [status: string, body: BodyModel | null])[];
}

/** All that is generated from one spec, before it is text. */
export interface ContractModel {
  readonly spec: Spec;
  readonly operations: readonly OperationModel[];
  readonly validators: readonly ValidatorModel[];
  /** The values of every named enum of strings, open or not. */
  readonly enums: ReadonlyMap<string, readonly string[]>;
  /** Kinds by field name, of every named schema with a sensitive field of its own. */
  readonly sensitive: ReadonlyMap<string, Readonly<Record<string, string>>>;
}

/** What a schema is used for: names the validator of a schema that has no name of its own, and its type. */
interface Use {
  readonly direction: Direction;
  readonly name: string;
  readonly type: string;
}

const componentPrefix = '#/components/schemas/';

/** Reads a spec into the model of its generated code. Throws `SpecError` for what cannot be generated. */
export function modelOf(spec: Spec): ContractModel {
  return new ModelBuilder(spec).build();
}

class ModelBuilder {
  readonly #spec: Spec;
  readonly #validators = new Map<string, ValidatorModel>();

  constructor(spec: Spec) {
    this.#spec = spec;
  }

  build(): ContractModel {
    const operations = operationsOf(this.#spec.document).map((place) => this.#operation(place));
    const validators = [...this.#validators.values()].sort((left, right) =>
      left.name < right.name ? -1 : 1,
    );
    return {
      spec: this.#spec,
      operations,
      validators,
      enums: enumsOf(this.#spec),
      sensitive: sensitiveOf(this.#spec),
    };
  }

  #operation(place: OperationPlace): OperationModel {
    if (typeof place.object.operationId !== 'string') {
      throw this.#unusable(
        `${place.method.toUpperCase()} ${place.path} has no operationId`,
        place.pointer,
        'Give it one: it names the generated types and validators.',
      );
    }
    const operation = `operations['${place.id}']`;
    const request =
      place.request === undefined
        ? null
        : this.#body(place.request, {
            direction: 'request',
            name: `${pascal(place.id)}Request`,
            type: `NonNullable<${operation}['requestBody']>['content']['${place.request.json?.mediaType}']`,
          });
    const responses = [...place.responses].map(([status, body]) => {
      const key = /^\d+$/.test(status) ? status : `'${status}'`;
      return [
        status,
        this.#body(body, {
          direction: 'answer',
          name: `${pascal(place.id)}${pascal(status)}`,
          type: `${operation}['responses'][${key}]['content']['${body.json?.mediaType}']`,
        }),
      ] as const;
    });
    const parameters = place.parameters.map((parameter) => ({
      place: parameter,
      validator: this.#parameter(place, parameter),
      sensitive: this.#sensitiveKind(parameter),
    }));
    return { place, parameters, request, responses };
  }

  #parameter(operation: OperationPlace, parameter: ParameterPlace): string {
    const shared = parameter.pointer.split('/components/parameters/')[1];
    const name =
      shared === undefined
        ? `${pascal(operation.id)}${pascal(parameter.in)}${pascal(parameter.name)}`
        : `${pascal(shared)}Parameter`;
    return this.#validator(parameter.schema?.schema ?? true, { direction: 'request', name, type: 'unknown' })
      .name;
  }

  #sensitiveKind({ object, schema }: ParameterPlace): string | null {
    const own = asString(object[extensions.sensitive]);
    const marked = schema === undefined ? [] : markedPlaces(this.#spec.document, schema.schema).sensitive;
    return own ?? marked[0]?.kind ?? null;
  }

  #body(body: BodyPlace, use: Use): BodyModel | null {
    if (body.json === undefined) return null;
    const { schema } = body.json.schema;
    const marked = markedPlaces(this.#spec.document, schema);
    return {
      mediaType: body.json.mediaType,
      validator: this.#validator(schema, use).name,
      encrypted: marked.encrypted.map(({ pointer, ref }) => this.#plaintext(pointer, ref, use)),
      sensitive: marked.sensitive,
    };
  }

  #plaintext(pointer: string, ref: string, use: Use): EncryptedModel {
    const plaintext = componentName(ref);
    if (plaintext === undefined) {
      throw this.#unusable(
        `${extensions.encrypted} of ${pointer} refers to ${ref}`,
        '/components',
        `Let it refer to a schema under ${componentPrefix}: its name becomes the plaintext's type.`,
      );
    }
    const schema = { $ref: ref };
    return {
      pointer,
      plaintext,
      validator: this.#validator(schema, { ...use, name: plaintext }).name,
      sensitive: markedPlaces(this.#spec.document, schema).sensitive,
    };
  }

  /**
   * One validator for each named schema and direction, however often it is used; one for each use of a nameless one.
   * The named schemas that it is made of get theirs, too.
   */
  #validator(schema: Json, use: Use): ValidatorModel {
    const component = componentName(asString(asObject(schema).$ref));
    const stem = component === undefined ? use.name : pascal(component);
    const name = `validate${stem}${use.direction === 'answer' && component !== undefined ? 'Answer' : ''}`;
    const known = this.#validators.get(name);
    if (known !== undefined) return known;
    const type = component === undefined ? use.type : `components['schemas']['${component}']`;
    const openEnums = use.direction === 'answer' ? markedPlaces(this.#spec.document, schema).openEnums : [];
    const made: ValidatorModel = { name, schema, direction: use.direction, type, openEnums };
    this.#validators.set(name, made);
    const parts =
      component === undefined ? schema : valueAt(this.#spec.document, `${componentPrefix}${component}`);
    for (const ref of referencesIn(parts)) {
      if (componentName(ref) !== undefined) this.#validator({ $ref: ref }, use);
    }
    return made;
  }

  #unusable(message: string, pointer: string, hint: string): SpecError {
    return new SpecError('SPEC_SCHEMA_UNUSABLE', message, { place: this.#spec.locate(pointer), hint });
  }
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

function componentName(ref: string | undefined): string | undefined {
  if (ref === undefined || !ref.startsWith(componentPrefix)) return undefined;
  const name = ref.slice(componentPrefix.length);
  return name.includes('/') ? undefined : name;
}

function pascal(text: string): string {
  return text.replaceAll(/(?:^|[^A-Za-z0-9]+)([A-Za-z0-9])/g, (_, next: string) => next.toUpperCase());
}
