import type { Check } from './run.ts';

/**
 * A schema of a generated table: JSON Schema 2020-12 without annotations; `$ref` is the name of another
 * entry.
 */
export type Schema = boolean | SchemaObject;

/** The keywords a schema of a table may hold. */
export interface SchemaObject {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  /** The listed values of an extensible enum: a request must hold one of them, an answer may hold another. */
  readonly open?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly uniqueItems?: boolean;
  readonly prefixItems?: readonly Schema[];
  readonly items?: Schema;
  readonly contains?: Schema;
  readonly minContains?: number;
  readonly maxContains?: number;
  readonly unevaluatedItems?: Schema;
  readonly required?: readonly string[];
  /** Required names that a request may leave out (`readOnly`). */
  readonly readOnly?: readonly string[];
  /** Required names that an answer may leave out (`writeOnly`). */
  readonly writeOnly?: readonly string[];
  readonly minProperties?: number;
  readonly maxProperties?: number;
  readonly properties?: SchemaTable;
  readonly patternProperties?: SchemaTable;
  readonly additionalProperties?: Schema;
  readonly propertyNames?: Schema;
  readonly dependentRequired?: Readonly<Record<string, readonly string[]>>;
  readonly dependentSchemas?: SchemaTable;
  readonly unevaluatedProperties?: Schema;
  readonly allOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly not?: Schema;
  readonly if?: Schema;
  readonly then?: Schema;
  readonly else?: Schema;
}

/** Schemas by name. */
export type SchemaTable = Readonly<Record<string, Schema>>;

/** Makes the check of a schema. */
export type Compile = (schema: Schema) => Check;

/** What the check of a schema is made with. */
export interface Making {
  readonly table: SchemaTable;
  readonly compile: Compile;
}
