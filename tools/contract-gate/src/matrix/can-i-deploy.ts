import type { Matrix, PublishedPact, Verification } from './matrix.ts';

/** What is to be deployed, and where. */
export interface Question {
  readonly participant: string;
  readonly version: string;
  readonly environment: string;
}

/** One pair of versions that would meet. */
export interface Row {
  readonly consumer: string;
  readonly consumerVersion: string;
  readonly provider: string;
  /** `undefined` when none is in the environment. */
  readonly providerVersion: string | undefined;
  readonly content: string;
  /** `unknown`: nobody verified it. */
  readonly result: Verification['result'] | 'unknown';
  readonly date: string | undefined;
}

/** The answer, and what it rests on. */
export interface Answer {
  readonly deployable: boolean;
  readonly reason: string;
  readonly rows: readonly Row[];
}

/**
 * Whether a version may go where the others are: every provider it needs is there and keeps its pacts, and it
 * keeps the pacts of every consumer that is there. A version that nothing is known of may not.
 */
export function canIDeploy(matrix: Matrix, question: Question): Answer {
  const { participant, version, environment } = question;
  const asConsumer = matrix.pacts.filter((pact) => pact.consumer === participant && pact.version === version);
  const asProvider = matrix.pacts.filter(
    (pact) => pact.provider === participant && deployed(matrix, pact.consumer, environment) === pact.version,
  );
  const known =
    asConsumer.length > 0 ||
    matrix.verifications.some((one) => one.provider === participant && one.providerVersion === version);
  if (!known && asProvider.length === 0)
    return {
      deployable: false,
      reason: `nothing is known of ${participant} ${version}: it published no pact and verified none`,
      rows: [],
    };
  const rows = [
    ...asConsumer.map((pact) => rowOf(matrix, pact, deployed(matrix, pact.provider, environment))),
    ...asProvider.map((pact) => rowOf(matrix, pact, version)),
  ];
  return { ...verdict(rows, environment), rows };
}

/** The version that runs in an environment. */
export function deployed(
  { deployments }: Matrix,
  participant: string,
  environment: string,
): string | undefined {
  return deployments.findLast((one) => one.participant === participant && one.environment === environment)
    ?.version;
}

function rowOf(
  matrix: Matrix,
  { consumer, version, provider, content }: PublishedPact,
  providerVersion: string | undefined,
): Row {
  const verification = matrix.verifications.findLast(
    (one) =>
      one.consumer === consumer &&
      one.provider === provider &&
      one.content === content &&
      one.providerVersion === providerVersion,
  );
  return {
    consumer,
    consumerVersion: version,
    provider,
    providerVersion,
    content,
    result: verification?.result ?? 'unknown',
    date: verification?.date,
  };
}

function verdict(rows: readonly Row[], environment: string): Pick<Answer, 'deployable' | 'reason'> {
  const absent = rows.find(({ providerVersion }) => providerVersion === undefined);
  if (absent !== undefined)
    return { deployable: false, reason: `no version of ${absent.provider} is in ${environment}` };
  const bad = rows.find(({ result }) => result !== 'success');
  if (bad === undefined)
    return {
      deployable: true,
      reason:
        rows.length === 0
          ? `nothing in ${environment} depends on it`
          : 'every version it would meet there is verified',
    };
  const pair = `${bad.provider} ${bad.providerVersion} and the pact of ${bad.consumer} ${bad.consumerVersion}`;
  return {
    deployable: false,
    reason: bad.result === 'failure' ? `${pair} failed verification` : `nobody verified ${pair}`,
  };
}
