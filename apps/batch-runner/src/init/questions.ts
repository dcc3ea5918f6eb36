import type { ProviderProgramme } from '@enrollkit/enrollment';
import { configSchema } from '../config/schema.ts';
import { sandboxValues, type TemplateValues } from '../config/template.ts';
import { RunnerError } from '../errors.ts';

type Environment = 'sandbox' | 'production';

/** Addresses of the API (the `servers` of both contracts). */
const baseUrls: Readonly<Record<Environment, string>> = {
  sandbox: sandboxValues.baseUrl,
  production: 'https://api.mastercard.com/src/api/digital/payments',
};

/**
 * Asks on the terminal for what a configuration cannot do without; each answer is checked as the
 * configuration is. Throws `RunnerError` `interrupted` when the questions are left.
 */
export async function askForValues(): Promise<TemplateValues> {
  const environment = await choose<Environment>('Which environment?', [
    { value: 'sandbox', label: 'sandbox: tests' },
    { value: 'production', label: 'production: real cardholders' },
  ]);
  const programme = await askForProgramme();
  const baseUrl = await write('Base URL of the API', {
    path: 'provider.baseUrl',
    initial: baseUrls[environment],
  });
  const keyFile = await write('File of the signing key (P12, PEM, DER or JWK)', {
    path: 'signing.keyFile',
    initial: sandboxValues.keyFile,
  });
  const keyPasswordFile = await write(
    'File of its password (empty: none, or ENROLLKIT_SIGNING_KEY_PASSWORD)',
    {
      path: 'signing.keyPasswordFile',
      initial: '',
      optional: true,
    },
  );
  const consumerKeyFile = await write('File of the consumer key', {
    path: 'signing.consumerKeyFile',
    initial: 'consumer-key.txt',
  });
  const keySetUrl = await write('URL of the published encryption keys (JWK set)', {
    path: 'encryption.keySetUrl',
    initial: programme.family === 'click-to-pay' && environment === 'sandbox' ? sandboxValues.keySetUrl : '',
  });
  return {
    environment,
    baseUrl,
    programme,
    keyFile,
    consumerKeyFile,
    keySetUrl,
    ...(keyPasswordFile !== '' && { keyPasswordFile }),
  };
}

async function askForProgramme(): Promise<ProviderProgramme> {
  const family = await choose<ProviderProgramme['family']>('Which generation of the API?', [
    { value: 'credential-directory', label: 'credential-directory: new integrations' },
    { value: 'click-to-pay', label: 'click-to-pay: the older Issuer Enrollment API' },
  ]);
  if (family === 'credential-directory')
    return {
      family,
      directoryId: await write('directoryId, from onboarding', { path: 'provider.directoryId', initial: '' }),
    };
  const srcClientId = await write('srcClientId, from onboarding', {
    path: 'provider.srcClientId',
    initial: '',
  });
  const serviceId = await write('serviceId, the programme', { path: 'provider.serviceId', initial: '' });
  return { family, srcClientId, serviceId };
}

interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
}

async function choose<Value extends string>(
  message: string,
  options: readonly Choice<Value>[],
): Promise<Value> {
  const { select } = await import('@clack/prompts');
  const answer = await select<string>({ message, options: [...options], output: process.stderr });
  const chosen = options.find(({ value }) => value === answer);
  if (chosen === undefined) throw left();
  return chosen.value;
}

interface Question {
  /** The setting that the answer becomes. */
  readonly path: string;
  readonly initial: string;
  readonly optional?: boolean;
}

async function write(message: string, { path, initial, optional = false }: Question): Promise<string> {
  const { text } = await import('@clack/prompts');
  const answer = await text({
    message,
    initialValue: initial,
    output: process.stderr,
    validate: (value = '') => (optional && value === '' ? undefined : wrongWith(path, value)),
  });
  if (typeof answer === 'symbol') throw left();
  return answer ?? '';
}

/** What the schema says of the setting alone; undefined when it is right. */
function wrongWith(path: string, value: string): string | undefined {
  const [section = '', key = ''] = path.split('.');
  const checked = configSchema.safeParse({ [section]: { [key]: value } });
  return checked.error?.issues.find((issue) => issue.path.join('.') === path)?.message;
}

function left(): RunnerError {
  return new RunnerError('interrupted', 'The questions were left; nothing was written', {
    hint: 'enrollkit init --print shows the file to fill in by hand',
  });
}
