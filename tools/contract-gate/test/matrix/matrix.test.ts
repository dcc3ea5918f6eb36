import { describe, expect, test } from 'vitest';

import { gate, workspace } from '../workspace.ts';

const pact = (consumer: string): string =>
  JSON.stringify({ consumer: { name: consumer }, provider: { name: 'shop' }, interactions: [] });

describe('the matrix in git', () => {
  const record =
    (cwd: string) =>
    async (...argv: readonly string[]) =>
      expect(await gate(cwd, 'record', ...argv)).toMatchObject({ code: 0 });
  const may = (cwd: string, participant: string, version: string) =>
    gate(
      cwd,
      'can-i-deploy',
      '--participant',
      participant,
      '--version',
      version,
      '--environment',
      'production',
    );

  test('can-i-deploy allows a version once every pairing in the environment is verified', async () => {
    const cwd = workspace({ 'libs/till/pacts/till.json': pact('till') });
    const say = record(cwd);
    await say('pacts', '--version', '1');
    expect(await may(cwd, 'till', '1')).toMatchObject({
      code: 1,
      out: expect.stringContaining('no version of shop is in production'),
    });
    await say('deployment', '--participant', 'shop', '--version', '7', '--environment', 'production');
    await say(
      'verification',
      '--consumer',
      'till',
      '--consumer-version',
      '1',
      '--provider',
      'shop',
      '--provider-version',
      '7',
      '--result',
      'success',
    );
    expect(await may(cwd, 'till', '1')).toMatchObject({ code: 0 });
    await say('deployment', '--participant', 'till', '--version', '1', '--environment', 'production');
    expect(await may(cwd, 'shop', '8')).toMatchObject({
      code: 1,
      out: expect.stringContaining('nobody verified shop 8'),
    });
    await say(
      'verification',
      '--consumer',
      'till',
      '--consumer-version',
      '1',
      '--provider',
      'shop',
      '--provider-version',
      '8',
      '--result',
      'success',
    );
    expect(await may(cwd, 'shop', '8')).toMatchObject({ code: 0 });
    await say(
      'verification',
      '--consumer',
      'till',
      '--consumer-version',
      '1',
      '--provider',
      'shop',
      '--provider-version',
      '8',
      '--result',
      'failure',
    );
    expect(await may(cwd, 'shop', '8')).toMatchObject({
      code: 1,
      out: expect.stringContaining('failed verification'),
    });
  });

  test('can-i-deploy refuses unknown versions and an invalid matrix', async () => {
    const cwd = workspace({});
    expect(await may(cwd, 'till', '1')).toMatchObject({
      code: 1,
      out: expect.stringContaining('nothing is known of till 1'),
    });
    expect(
      await gate(
        cwd,
        'record',
        'verification',
        '--consumer',
        'till',
        '--consumer-version',
        '1',
        '--provider',
        'shop',
        '--provider-version',
        '8',
        '--result',
        'success',
      ),
    ).toMatchObject({ code: 3, err: expect.stringContaining('Record its pacts first') });
    const broken = workspace({
      'contracts/matrix.json': '{ "pacts": [{}], "verifications": [], "deployments": [] }',
    });
    expect(await may(broken, 'till', '1')).toMatchObject({
      code: 3,
      err: expect.stringMatching(/^error: contracts\/matrix\.json:1:\d+: the matrix cannot be used/),
    });
  });
});
