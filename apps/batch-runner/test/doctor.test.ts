import { execFileSync } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { chmodSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseFaults } from '@enrollkit/provider-simulator';
import { waitFor } from '@enrollkit/testkit';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders } from './cardholders.ts';

interface Findings {
  readonly check: string;
  readonly verdict: string;
  readonly message: string;
  readonly hint?: string;
}

async function harness(): Promise<Harness> {
  const opened = await Harness.open();
  onTestFinished(() => opened.close());
  await opened.pinKey();
  return opened;
}

/** What the doctor says, by check, and how it ended. */
async function examined(
  at: Harness,
  ...argv: string[]
): Promise<{ readonly code: number | null; readonly findings: Readonly<Record<string, Findings>> }> {
  const { code, out } = await at.enrollkit('--json', ...argv, 'doctor');
  const findings = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Findings);
  return { code, findings: Object.fromEntries(findings.map((one) => [one.check, one])) };
}

const unwell = (findings: Readonly<Record<string, Findings>>): string[] =>
  Object.values(findings)
    .filter(({ verdict }) => verdict !== 'ok')
    .map(({ check, verdict }) => `${check}: ${verdict}`);

/** A self-signed certificate of a key, beside it in its file. */
function certify(at: Harness, { key, days }: { readonly key: string; readonly days: number }): string {
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-new',
      '-key',
      at.path(key),
      '-days',
      String(days),
      '-subj',
      '/CN=bank',
      '-out',
      at.path('cert.pem'),
    ],
    { stdio: 'pipe' },
  );
  return readFileSync(at.path('cert.pem'), 'utf8');
}

describe('enrollkit doctor', { concurrent: false }, () => {
  it('passes every check of a working setup, one line each, and changes nothing', async () => {
    const at = await harness();
    const before = at.filesBut().map(({ name }) => name);
    const { code, out } = await at.enrollkit('doctor');
    expect(code).toBe(0);
    expect(
      out
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 2)),
    ).toEqual(Array.from({ length: 10 }, () => 'ok'));
    for (const said of [
      /rsa 2048 in pkcs8-pem/,
      new RegExp(`kid ${at.simulator.keys.kid}`),
      /agree to a second/,
      /accepted by gateway and service/,
    ])
      expect(out).toMatch(said);
    // The last good key set is kept, as in any use of it.
    expect(at.filesBut('enrollkit.keys.json').map(({ name }) => name)).toEqual(before);
    expect(at.simulator.world()).toMatchObject({ batches: 0 });
  });

  it('reports each failure with a hint, and none of them hides another', async () => {
    const at = await harness();
    chmodSync(at.path('signing-key.pem'), 0o644);
    at.simulator.setFaults(parseFaults('key-set-503'));
    const { code, findings } = await examined(at);
    expect(code).toBe(2);
    expect(unwell(findings)).toEqual([
      'signing key: failed',
      'signing certificate: failed',
      'key halves: failed',
      'provider keys: failed',
      'clock: failed',
      'signed call: failed',
    ]);
    expect(findings['signing key']?.hint).toMatch(/chmod 600/);
    expect(findings['provider keys']).toMatchObject({
      message: expect.stringContaining('503'),
      hint: expect.stringContaining('curl'),
    });
  });

  it('warns of a key set that does not answer while the last good one is cached', async () => {
    const at = await harness();
    expect((await examined(at)).code).toBe(0);
    at.simulator.setFaults(parseFaults('key-set-503'));
    const { code, findings } = await examined(at);
    expect(code).toBe(0);
    expect(unwell(findings)).toEqual(['provider keys: warning']);
    expect(findings['provider keys']).toMatchObject({
      message: expect.stringContaining('the last good one is used'),
      hint: expect.stringMatching(/^Look from this machine: curl/),
    });
  });

  it('says when the mark by which a ledger that went back in time is noticed cannot be kept', async () => {
    const at = await harness();
    at.write('.local', 'a file in the place of the folder for state');
    const byDefault = await examined(at);
    expect([byDefault.code, ...unwell(byDefault.findings)]).toEqual([0, 'mark of the ledger: warning']);
    expect(byDefault.findings['mark of the ledger']).toMatchObject({
      message: expect.stringMatching(/enrollkit cannot be written: .* would not be noticed/),
      hint: expect.stringContaining('ledger.stateFolder'),
    });
    const named = await examined(at, '--set', `ledger.stateFolder=${at.path('.local/marks')}`);
    expect([named.code, ...unwell(named.findings)]).toEqual([2, 'mark of the ledger: failed']);
  });

  it('names what is missing in the configuration, and lists the checks it skipped', async () => {
    const at = await harness();
    at.write('enrollkit.yaml', readFileSync(at.path('enrollkit.yaml'), 'utf8').replace(/^ +keyFile.*$/m, ''));
    const { code, findings } = await examined(at);
    expect(code).toBe(2);
    expect(findings['configuration']).toMatchObject({
      verdict: 'failed',
      message: expect.stringContaining('signing.keyFile'),
      hint: expect.any(String),
    });
    expect(findings['signed call']).toMatchObject({ verdict: 'skipped' });
  });

  it('fails a config file with a secret that others can read', async () => {
    const at = await harness();
    chmodSync(at.path('enrollkit.yaml'), 0o644);
    const { code, findings } = await examined(at);
    expect(code).not.toBe(0);
    expect(findings['configuration']).toMatchObject({
      verdict: 'failed',
      hint: expect.stringContaining('chmod 600'),
    });
  });

  it('warns of a certificate that expires within sixty days, and fails one that does not belong to the key', async () => {
    const at = await harness();
    const key = readFileSync(at.path('signing-key.pem'), 'utf8');
    at.write('signing-key.pem', key + certify(at, { key: 'signing-key.pem', days: 30 }));
    const soon = await examined(at);
    expect(soon.code).toBe(0);
    expect(soon.findings['signing certificate']).toMatchObject({
      verdict: 'warning',
      message: expect.stringMatching(/in (29|30) days/),
      hint: expect.stringContaining('keys rotate'),
    });
    expect(soon.findings['key halves']).toMatchObject({
      verdict: 'ok',
      message: expect.stringContaining('belong together'),
    });

    at.write('signing-key.pem', key + certify(at, { key: 'signing-key.pem', days: 61 }));
    expect(unwell((await examined(at)).findings)).toEqual([]);

    at.write(
      'other.pem',
      String(
        generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
      ),
    );
    at.write('signing-key.pem', key + certify(at, { key: 'other.pem', days: 365 }));
    const strange = await examined(at);
    expect(strange.code).toBe(2);
    expect(unwell(strange.findings)).toEqual(['key halves: failed']);
  });

  it('reports that the provider knows another key, with what its base string shows', async () => {
    const at = await harness();
    at.write(
      'signing-key.pem',
      String(
        generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
          type: 'pkcs8',
          format: 'pem',
        }),
      ),
    );
    const wrong = await examined(at);
    expect(wrong.code).toBe(2);
    expect(unwell(wrong.findings)).toEqual(['signed call: failed']);
    expect(wrong.findings['signed call']).toMatchObject({
      message: expect.stringMatching(/AUTHENTICATION_FAILED \(HTTP 403\).*base string/),
      hint: expect.stringContaining('consumerKey'),
    });
  });

  it('measures the clock against the provider, and fails one that is ten minutes off', async () => {
    const at = await harness();
    const late = createServer((_request, response) => {
      response.sendDate = false;
      response.writeHead(404, {
        date: new Date(Date.now() - 600_000).toUTCString(),
        'content-type': 'application/json',
      });
      response.end('{"status":404,"reason":"NOT_FOUND","message":"Not found","errordetail":null}');
    }).listen(0, '127.0.0.1');
    onTestFinished(() => void late.close());
    await waitFor('the server to listen', () => late.listening);
    const { code, findings } = await examined(
      at,
      '--set',
      `provider.baseUrl=http://127.0.0.1:${(late.address() as AddressInfo).port}/api`,
    );
    expect(code).toBe(2);
    expect(unwell(findings)).toEqual(['clock: failed']);
    expect(findings['clock']?.message).toMatch(/(599|600|601) s ahead of/);
  });

  it('names the owner of the ledger, and reports a missing fingerprint key that the ledger was written with', async () => {
    const at = await harness();
    const running = at.start(
      '--set',
      'sending.requestsPerSecond=1',
      '--set',
      'sending.batchSize=5',
      'run',
      at.write('in.csv', cardholders(100)),
    );
    await waitFor('a batch to arrive', () => at.simulator.world().batches > 0);
    const held = await examined(at);
    expect(held.findings['ledger']).toMatchObject({
      verdict: 'warning',
      message: expect.stringContaining(String(running.process.pid)),
    });
    running.process.kill('SIGINT');
    await running.ended;
    rmSync(at.path('enrollkit.fingerprint.key'));
    const lost = await examined(at);
    expect(unwell(lost.findings)).toEqual(['fingerprint key: failed']);
    at.write(
      'enrollkit.ledger.db',
      'this is no ledger at all, and long enough to be looked at as one'.repeat(20),
    );
    expect((await examined(at)).findings['ledger']).toMatchObject({
      verdict: 'failed',
      hint: expect.any(String),
    });
  });
});
