import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach } from 'vitest';
import {
  manualClock,
  type ManualClock,
  type Simulator,
  type SimulatorOptions,
  startSimulator,
} from '../src/index.ts';

const running: Simulator[] = [];
const defects: unknown[] = [];

/** One pair for all tests of a file: making a pair for each would be most of their time. */
const pair = (): KeyObject => generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
export const client = { consumerKey: `${'a'.repeat(48)}!${'b'.repeat(48)}`, key: pair() };
export const encryptionKeys = [
  { kid: '20230207223521-sandbox-fpan-encryption-src-mastercard-int', privateKey: pair() },
];

afterEach(async () => {
  await Promise.all(running.splice(0).map((simulator) => simulator.close()));
  const [defect] = defects.splice(0);
  if (defect !== undefined) throw defect;
});

/**
 * A simulator on a clock that stands still; closed after the test, which fails when the simulator had a
 * defect.
 */
export async function start(
  options: SimulatorOptions = {},
): Promise<Simulator & { readonly clock: ManualClock }> {
  const clock = manualClock();
  const simulator = await startSimulator({
    clock,
    client,
    encryptionKeys,
    onDefect: (error) => defects.push(error),
    ...options,
  });
  running.push(simulator);
  return Object.assign(simulator, { clock });
}
