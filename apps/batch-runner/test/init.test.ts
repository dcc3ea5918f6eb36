import { existsSync, readFileSync, statSync } from 'node:fs';
import { hasProgram, waitFor } from '@enrollkit/testkit';
import { describe, it, type TestContext } from 'vitest';
import { Harness, type Running } from './harness.ts';

/** A terminal of its own for the command (util-linux). */
const under = ['sh', '-c', 'exec script -qefc "stty cols 120 rows 40; exec $*" /dev/null', 'sh'];

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';

interface Asked {
  readonly harness: Harness;
  readonly running: Running;
  readonly shown: () => string;
  /** Types once the question is there. */
  readonly answer: (question: string, keys: string) => Promise<void>;
}

async function ask({ onTestFinished }: TestContext): Promise<Asked> {
  const harness = await Harness.open();
  onTestFinished(() => harness.close());
  const running = harness.startIn({ under }, '--config', 'new.yaml', 'init');
  let shown = '';
  running.process.stdout?.on('data', (part: string) => (shown += part));
  const answer = async (question: string, keys: string): Promise<void> => {
    await waitFor(
      `the question "${question}"`,
      () => {
        if (running.process.exitCode !== null) throw new Error(`the command has ended: ${shown}`);
        return shown.includes(question);
      },
      20_000,
    );
    running.process.stdin?.write(keys);
  };
  return { harness, running, shown: () => shown, answer };
}

/** Empties a line that has an answer already. */
const CLEAR = '\u0015';

describe.runIf(hasProgram('script'))('enrollkit init on a terminal', { timeout: 60_000 }, () => {
  it('asks for environment, family, ids and key files, refuses a wrong answer, and runs the checks of this machine', async (test) => {
    const { expect } = test;
    const { harness, running, shown, answer } = await ask(test);
    await answer('Which environment?', ENTER);
    await answer('Which generation of the API?', `${DOWN}${ENTER}`);
    await answer('srcClientId', `NO-UUID${ENTER}`);
    await answer('must be a UUID in lower case', `${CLEAR}11111111-2222-3333-4444-555555555555${ENTER}`);
    await answer('serviceId, the programme', `BANK#01${ENTER}`);
    await answer('Base URL', ENTER);
    await answer('File of the signing key', `${CLEAR}signing-key.pem${ENTER}`);
    await answer('File of its password', ENTER);
    await answer('File of the consumer key', ENTER);
    await answer('URL of the published encryption keys', ENTER);
    const { code } = await running.ended;
    expect({ code, shown: shown() }).toMatchObject({ code: 0 });
    expect(shown()).toContain('wrote new.yaml');
    expect(shown()).toMatch(/ok +configuration +new\.yaml is complete, for sandbox/);
    expect(shown()).toMatch(/ok +signing key +signing-key\.pem: /);
    expect(shown()).not.toContain('signed call');
    const text = readFileSync(harness.path('new.yaml'), 'utf8');
    expect(text).toMatch(/^environment: sandbox /m);
    expect(text).toMatch(/^ {2}serviceId: "BANK#01" /m);
    expect(text).toMatch(/^ {2}consumerKeyFile: consumer-key\.txt /m);
    expect(statSync(harness.path('new.yaml')).mode & 0o777).toBe(0o600);
    expect(harness.simulator.world().batches).toBe(0);
  });

  it('writes nothing when the questions are left', async (test) => {
    const { expect } = test;
    const { harness, running, answer } = await ask(test);
    await answer('Which environment?', CTRL_C);
    expect(await running.ended).toMatchObject({
      code: 130,
      out: expect.stringContaining('nothing was written'),
    });
    expect(existsSync(harness.path('new.yaml'))).toBe(false);
  });
});
