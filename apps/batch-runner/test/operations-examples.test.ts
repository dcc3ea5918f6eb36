import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hasProgram } from '@enrollkit/testkit';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exitCodes } from '../src/exit-codes.ts';
import { commandTable } from '../src/command-table.ts';
import type { LoadedConfig } from '../src/config/load.ts';
import { openPrometheus } from '../src/observe/prometheus.ts';

const folder = join(import.meta.dirname, '../../../examples/operations');
const read = (name: string): string => readFileSync(join(folder, name), 'utf8');

/** What a run exposes, by the text that a scrape gets. */
async function metricsText(): Promise<string> {
  const own = mkdtempSync(join(tmpdir(), 'enrollkit-'));
  const loaded = { config: { output: { metricsFile: 'run.prom' } }, folder: own } as unknown as LoadedConfig;
  const batches = {
    sealed: 0,
    submitting: 0,
    submitted: 0,
    unknown: 0,
    settled: 0,
    refused: 0,
    abandoned: 0,
  };
  const tally = { rows: 0, rejected: 0, records: 0, enrolled: 0, refused: 0, abandoned: 0, unknown: 0 };
  const metrics = await openPrometheus(loaded, () =>
    Promise.resolve({ ...tally, waiting: 0, submitted: 0, batches, unchangedBy: {} } as never),
  );
  await metrics.close();
  return readFileSync(join(own, 'run.prom'), 'utf8');
}

describe('the examples for operators', () => {
  it('name only metrics and states that a run has', async () => {
    const text = await metricsText();
    for (const name of ['prometheus-alerts.yaml', 'grafana-dashboard.json']) {
      const metrics = new Set(read(name).match(/\b(enrollkit|process|nodejs)_[a-z0-9_]+/g));
      expect(metrics.size).toBeGreaterThan(1);
      for (const metric of metrics) expect(text).toContain(`# TYPE ${metric} `);
      for (const [, state = ''] of read(name).matchAll(/state=\\?"(\w+)/g))
        expect(text).toContain(`enrollkit_records{state="${state}"}`);
    }
  });

  it('are well-formed, and the job repeats no exit that waits for a person', () => {
    expect(parse(read('prometheus-alerts.yaml'))).toMatchObject({ groups: [{ name: 'enrollkit' }] });
    expect(JSON.parse(read('grafana-dashboard.json'))).toMatchObject({ title: 'Enrollkit' });
    const job = parse(read('kubernetes-cronjob.yaml')) as {
      readonly spec: {
        readonly jobTemplate: {
          readonly spec: { readonly podFailurePolicy: { readonly rules: readonly unknown[] } };
        };
      };
    };
    expect(job).toMatchObject({ apiVersion: 'batch/v1', kind: 'CronJob' });
    const { usage, someFailed, unknown, limitPassed, differs } = exitCodes;
    expect(job.spec.jobTemplate.spec.podFailurePolicy.rules[1]).toMatchObject({
      onExitCodes: { values: [usage, someFailed, unknown, limitPassed, differs].map(({ code }) => code) },
    });
  });

  it('call only commands that there are', () => {
    const names = new Set(commandTable.map(({ name }) => name.split(' ')[0]));
    const called = readdirSync(folder).flatMap((name) =>
      [...read(name).matchAll(/--config \S+ (?:-q )?([a-z]+) /g)].map(([, word]) => word),
    );
    expect(called.length).toBeGreaterThan(1);
    expect(called.filter((word) => !names.has(word))).toEqual([]);
  });

  it.skipIf(!hasProgram('logrotate'))('are accepted by logrotate', () => {
    const own = mkdtempSync(join(tmpdir(), 'enrollkit-'));
    const rotate = join(own, 'logrotate.conf');
    writeFileSync(rotate, read('enrollkit.logrotate').replace(/^ +su .*\n/m, ''), { mode: 0o644 });
    expect(complaints('logrotate', ['-d', '-s', join(own, 'state'), rotate])).toEqual([]);
  });

  it.skipIf(!hasProgram('systemd-analyze'))('are accepted by systemd', () => {
    const own = mkdtempSync(join(tmpdir(), 'enrollkit-'));
    const service = join(own, 'enrollkit.service');
    const timer = join(own, 'enrollkit.timer');
    writeFileSync(service, read('enrollkit.service').replace('/usr/bin/enrollkit', '/bin/true'));
    writeFileSync(timer, read('enrollkit.timer'));
    expect(complaints('systemd-analyze', ['verify', '--man=no', service, timer])).toEqual([]);
  });
});

/** What a checker has against a file. */
function complaints(program: string, argv: readonly string[]): readonly string[] {
  const { status, stderr } = spawnSync(program, argv, { encoding: 'utf8' });
  return [
    ...(status === 0 ? [] : [`exit ${status}`]),
    ...(stderr.match(/\b(error|Unknown|Failed)\b.*/g) ?? []),
  ];
}
