import type { Operation } from '@enrollkit/contract';
import { ConfigError, type ConfigErrorCode } from '../../errors.ts';

/** An id of the configuration, and the code of the error when it cannot be used. */
interface ConfiguredId {
  readonly code: ConfigErrorCode;
  readonly value: string;
}

/** Checks an id of the configuration as the contract has the parameter of that name. Throws `ConfigError`. */
export function checkId(operation: Operation, name: string, { code, value }: ConfiguredId): void {
  const parameter = operation.parameters.find((candidate) => candidate.name === name);
  const verdict = parameter?.validate(value);
  const problem = verdict && !verdict.valid ? verdict.problems[0] : undefined;
  if (problem === undefined && value !== '') return;
  throw new ConfigError({
    code,
    message: `${name} does not have the form of the contract: it ${problem?.message ?? 'must not be empty'}`,
    hint: `Copy ${name} from the onboarding pages of the provider, without spaces around it.`,
  });
}
