import type { Operation, Parameter, Problem } from '@enrollkit/contract';
import { createFinalURL, createQuerySerializer, defaultPathSerializer } from 'openapi-fetch';
import { RequestViolationError } from '../errors.ts';

type Values = Readonly<Record<string, unknown>>;

/** The values of a call's parameters, by place and name. */
export interface Parameters {
  readonly path?: Values;
  readonly query?: Values;
  readonly header?: Values;
}

/** The address of a call, written by openapi-fetch's serializers. */
export function addressOf(baseUrl: string, operation: Operation, parameters: Parameters): URL {
  const params = {
    path: textsOf(operation, parameters, 'path'),
    query: textsOf(operation, parameters, 'query'),
  };
  const querySerializer = createQuerySerializer();
  return new URL(
    createFinalURL(operation.path, {
      baseUrl,
      params,
      querySerializer,
      pathSerializer: defaultPathSerializer,
    }),
  );
}

/** The values of the parameters in one place, as the contract names them and in its order. */
export function textsOf(
  operation: Operation,
  parameters: Parameters,
  place: 'path' | 'query' | 'header',
): Record<string, string> {
  const declared = operation.parameters.filter((parameter) => parameter.in === place);
  const given = declared.map(({ name }) => [name, parameters[place]?.[name]] as const);
  return Object.fromEntries(
    given.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  );
}

/** Checks every parameter against the contract. Throws `RequestViolationError`. */
export function checkParameters(operation: Operation, parameters: Parameters): void {
  const problems = operation.parameters.flatMap((parameter) => problemsOf(parameters, parameter));
  if (problems.length > 0) throw new RequestViolationError(operation.operationId, problems);
}

function problemsOf(
  parameters: Parameters,
  { name, in: place, required, validate }: Parameter,
): readonly Problem[] {
  const value = place === 'cookie' ? undefined : parameters[place]?.[name];
  const at = (problem: Problem) => ({ ...problem, pointer: `/${place}/${name}${problem.pointer}` });
  if (value === undefined)
    return required ? [at({ pointer: '', keyword: 'required', message: 'is required' })] : [];
  // A URL drops such segments, however they are encoded: the request would go to another path.
  if (place === 'path' && /^\.{0,2}$/.test(String(value)))
    return [at({ pointer: '', keyword: 'pattern', message: 'must be more than dots' })];
  const verdict = validate(value);
  return verdict.valid ? [] : verdict.problems.map(at);
}
