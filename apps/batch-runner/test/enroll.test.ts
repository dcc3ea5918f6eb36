import { parseFaults, reservedPans, type SimulatorOptions } from '@enrollkit/provider-simulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { cardholders } from './cardholders.ts';
import { Harness } from './harness.ts';

const fast = `sending:
  requestsPerSecond: 200
  poll: { firstMs: 40, maxMs: 200 }
`;
const consents = [
  '--set',
  'provider.termsUri=https://provider.example/terms',
  '--set',
  'provider.privacyUri=https://provider.example/privacy',
];
const directory = [
  '--set',
  'provider.family=credential-directory',
  '--set',
  'provider.directoryId=directory-1',
];

async function opened(options: SimulatorOptions = {}): Promise<Harness & { readonly asked: string[] }> {
  const asked: string[] = [];
  const harness = await Harness.open(
    { onDuplicate: 'duplicate', onRequest: (id) => asked.push(id), ...options },
    fast,
  );
  onTestFinished(() => harness.close());
  return Object.assign(harness, { asked });
}

const json = (out: string): object => JSON.parse(out.trim().split('\n').at(-1) ?? '') as object;

describe.each([
  ['click-to-pay', consents, 'putCard'],
  ['credential-directory', directory, 'enrollCredentialInDirectory'],
] as const)('enrollkit enroll, %s', (_family, settings, operation) => {
  it('enrolls one card by the operation that answers at once, and never a second time', async () => {
    const harness = await opened();
    const { asked } = harness;
    const file = harness.write('one.csv', cardholders(1));
    const first = await harness.call(...settings, '--json', 'enroll', file);
    expect({ code: first.code, said: json(first.out) }).toMatchObject({
      code: 0,
      said: {
        kind: 'cardholder',
        externalConsumerId: 'consumer-0',
        externalCardId: 'card-0',
        result: 'enrolled',
        providerCardId: expect.stringMatching(/./),
        providerConsumerId: expect.stringMatching(/./),
        exit: 'allEnrolled',
      },
    });
    expect(asked).toEqual([operation]);

    const again = harness.write('again.csv', cardholders(1).replaceAll('\n', '\r\n'));
    const second = await harness.call(...settings, '--json', 'enroll', again);
    expect({ code: second.code, said: json(second.out) }).toMatchObject({
      code: 0,
      said: { result: 'unchanged' },
    });
    expect(await harness.call(...settings, 'run', harness.write('night.csv', cardholders(3)))).toMatchObject({
      code: 0,
      out: expect.stringMatching(/already enrolled, unchanged +1\n/),
    });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 3, enrolledMoreThanOnce: 0 });
    expect(await harness.call(...settings, 'ledger', 'verify')).toMatchObject({ code: 0 });
  });

  it("reports a refusal with the provider's code, and what came of a rejected row", async () => {
    const harness = await opened();
    const invalid = reservedPans.find(({ reason }) => reason === 'INVALID_PAN')?.pan ?? '';
    const refused = await harness.call(
      ...settings,
      'enroll',
      harness.write('in.csv', cardholders(1, [invalid])),
    );
    expect(refused).toMatchObject({ code: 3, out: expect.stringContaining('refused  INVALID_PAN') });
    const bad = await harness.call(...settings, 'enroll', harness.write('bad.csv', cardholders(1, ['4111'])));
    expect(bad).toMatchObject({ code: 3, out: expect.stringMatching(/rejected {2}PAN_\w+/) });
    expect(harness.simulator.world()).toMatchObject({ enrolled: 0 });
  });

  it('does not know what became of a card whose answer was lost, and sends it again only when a person says so', async () => {
    const harness = await opened({ faults: parseFaults('drop-answer') });
    const file = harness.write('in.csv', cardholders(1));
    const lost = await harness.call(...settings, 'enroll', file);
    expect(lost).toMatchObject({ code: 5, out: expect.stringContaining('unknown') });
    harness.simulator.setFaults([]);
    expect(await harness.call(...settings, 'enroll', file)).toMatchObject({ code: 5 });
    expect(harness.asked).toHaveLength(1);
    const { out } = await harness.call(...settings, '--json', 'report');
    const { unknownBatches } = json(out) as { unknownBatches: { externalBatchId: string }[] };
    const [batch] = unknownBatches;
    expect(
      await harness.call(
        ...settings,
        'resolve',
        batch?.externalBatchId ?? '',
        '--not-sent',
        '--owner-is-dead',
        'test',
      ),
    ).toMatchObject({ code: 0 });
    expect(await harness.call(...settings, 'resume')).toMatchObject({ code: 0 });
    expect(harness.asked).toEqual([operation, operation]);
  });
});

describe('enrollkit enroll', () => {
  it('is for one record, and refuses a file of several without sending anything', async () => {
    const harness = await opened();
    expect(await harness.call('enroll', harness.write('two.csv', cardholders(2)))).toMatchObject({
      code: 2,
      err: expect.stringContaining('more than one record'),
    });
    expect(harness.asked).toEqual([]);
  });

  it('says which addresses click-to-pay wants with a single card, before anything is sent', async () => {
    const harness = await opened();
    expect(await harness.call('enroll', harness.write('one.csv', cardholders(1)))).toMatchObject({
      code: 2,
      err: expect.stringMatching(/terms.*privacy notice[^]*termsUri/),
    });
    expect(harness.asked).toEqual([]);
    expect(await harness.call(...consents, 'enroll', harness.path('one.csv'))).toMatchObject({ code: 0 });
  });
});
