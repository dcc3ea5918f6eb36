import { join } from 'node:path';
import { loadSpec, plainView } from '@enrollkit/contract-gate';

/** The parts of a JSON Schema that matchers are made of. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
}

interface Content {
  readonly content?: Readonly<
    Partial<Record<'application/json' | 'application/problem+json', { readonly schema: Schema }>>
  >;
}

interface Operation {
  readonly operationId: string;
  readonly requestBody?: Content;
  readonly parameters?: readonly Parameter[];
  readonly responses: Readonly<Record<string, Content & { readonly $ref?: string }>>;
}

interface Parameter {
  readonly $ref?: string;
  readonly name: string;
  readonly in: string;
  readonly schema: Schema;
}

interface Document {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

/** A contract with each JWE replaced by what is inside it. */
export class PlainContract {
  readonly #document: Document;
  /** Whether its consumer takes lists of any length like their first item, and any value of an enum. */
  readonly tolerant: boolean;

  private constructor(document: Document, tolerant: boolean) {
    this.#document = document;
    this.tolerant = tolerant;
  }

  /** Reads `specs/<name>/openapi.yaml`. */
  static async load(name: string, { tolerant = false } = {}): Promise<PlainContract> {
    const root = join(import.meta.dirname, '..', '..', '..');
    const spec = await loadSpec(join('specs', name, 'openapi.yaml'), root);
    return new PlainContract(plainView(spec.document) as unknown as Document, tolerant);
  }

  request(operationId: string): Schema {
    return found(
      this.#operation(operationId).requestBody?.content?.['application/json']?.schema,
      `a body of ${operationId}`,
    );
  }

  response(operationId: string, status: number): Schema {
    const { responses } = this.#operation(operationId);
    const response = this.resolve(
      found(
        responses[status] ?? responses[`${Math.floor(status / 100)}XX`] ?? responses['default'],
        `status ${status} of ${operationId}`,
      ),
    );
    const { content } = response;
    return found(
      (content?.['application/json'] ?? content?.['application/problem+json'])?.schema,
      `a body of status ${status} of ${operationId}`,
    );
  }

  /** Follows references. */
  resolve<T extends { readonly $ref?: string }>(value: T): T {
    if (value.$ref === undefined) return value;
    const target = value.$ref
      .split('/')
      .slice(1)
      .reduce((node: unknown, name) => (node as Record<string, unknown>)[name], this.#document);
    return this.resolve(found(target as T | undefined, value.$ref));
  }

  parameter(operationId: string, name: string): Schema {
    const all = Object.values(this.#document.paths).flatMap((path) => {
      const shared = (path as { readonly parameters?: readonly Parameter[] }).parameters ?? [];
      return Object.values(path).flatMap((operation) =>
        operation.operationId === operationId ? [...shared, ...(operation.parameters ?? [])] : [],
      );
    });
    return found(
      all.map((parameter) => this.resolve(parameter)).find((parameter) => parameter.name === name)?.schema,
      `a parameter ${name} of ${operationId}`,
    );
  }

  #operation(operationId: string): Operation {
    const all = Object.values(this.#document.paths).flatMap((path) => Object.values(path));
    return found(
      all.find((operation) => operation.operationId === operationId),
      operationId,
    );
  }
}

function found<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`the contract does not have ${what}`);
  return value;
}
