import { readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { join } from 'node:path';
import { parseFaults, reservedPans } from '@enrollkit/provider-simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { Harness } from './harness.ts';
import { cardholders, panOf } from './cardholders.ts';

interface Span {
  readonly name: string;
  readonly id: string;
  readonly parent?: string;
  readonly failed: boolean;
  readonly attributes: Readonly<Record<string, string | number>>;
}

describe('OpenTelemetry', { timeout: 180_000 }, () => {
  it('gets spans of the load, each request and each settlement, with the ids of batches and nothing of a record', async () => {
    const harness = await Harness.open(
      { faults: parseFaults('429-seconds=1@enrollBatch*1,drop-answer@enrollBatch*1+1') },
      'sending:\n  batchSize: 5\n  requestsPerSecond: 200\n  poll: { firstMs: 40, maxMs: 200 }\n',
    );
    onTestFinished(() => harness.close());
    const pans = reservedPans.slice(0, 2).map(({ pan }) => pan);
    const input = harness.write('in.csv', cardholders(20, pans));
    const running = harness.startIn(
      { node: ['--import', pathToFileURL(join(import.meta.dirname, 'opentelemetry-sdk.ts')).href] },
      'run',
      input,
    );
    expect(await running.ended).toMatchObject({ code: 5 });

    const text = readFileSync(harness.path('spans.json'), 'utf8');
    const spans = JSON.parse(text) as readonly Span[];
    const named = (name: string) => spans.filter((span) => span.name === name);
    const [command] = named('enrollkit run');
    expect(spans.filter(({ parent }) => parent !== command?.id)).toEqual([command]);
    expect(named('load')).toMatchObject([
      { failed: false, attributes: { 'enrollkit.intake': expect.stringMatching(/^[\da-f]{32}$/) } },
    ]);
    expect(new Set(named('submit').map(({ attributes }) => attributes['enrollkit.answer']))).toEqual(
      new Set(['busy', 'unknown', 'accepted']),
    );
    expect(named('submit')).toHaveLength(5);
    expect(
      new Set(named('submit').map(({ attributes }) => attributes['enrollkit.batch.external_id'])).size,
    ).toBe(4);
    expect(named('submit').find(({ attributes }) => attributes['enrollkit.answer'] === 'busy')).toMatchObject(
      { failed: true, attributes: { 'http.response.status_code': 429 } },
    );
    const known = new Set(
      named('submit').flatMap(({ attributes }) => attributes['enrollkit.batch.provider_id'] ?? []),
    );
    expect(known.size).toBe(3);
    expect(new Set(named('poll').map(({ attributes }) => attributes['enrollkit.batch.provider_id']))).toEqual(
      known,
    );
    expect(named('settle')).toHaveLength(3);

    const secrets = [
      ...pans,
      ...Array.from({ length: 20 }, (_, index) => panOf(index)),
      'Jané',
      'jane.',
      '+1415',
      'Main Street',
      'consumer-1',
      'card-1',
      harness.simulator.consumerKey,
      'eyJ',
    ];
    expect(secrets.filter((secret) => text.includes(secret))).toEqual([]);
  });
});
