import { generateKeyPairSync } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { KeyError, type KeyRule, keySet } from '../src/index.ts';
import { temporaryFolder } from '@enrollkit/testkit';
import { writeFileSync } from 'node:fs';

const jwk = generateKeyPairSync('rsa', { modulusLength: 2048 }).publicKey.export({ format: 'jwk' });

async function newest(kids: readonly string[], rule: KeyRule): Promise<string | undefined> {
  using folder = temporaryFolder();
  writeFileSync(folder.file('set.json'), JSON.stringify({ keys: kids.map((kid) => ({ ...jwk, kid })) }));
  return (await keySet({ file: folder.file('set.json') }).newest(rule)).kid;
}

const refusal = (kids: readonly string[], rule: KeyRule) =>
  newest(kids, rule).then(
    () => undefined,
    (error: unknown) => (error instanceof KeyError ? error : undefined),
  );

describe('the newest key of a purpose', () => {
  const old = '20230207223521-sandbox-fpan-encryption-src-mastercard-int';
  const young = '20260101000000-sandbox-fpan-encryption-src-mastercard-int';
  const other = '20270101000000-sandbox-payload-verification-src-mastercard-int';
  const production = '20230227135603-prod-fpan-encryption-src-mastercard-int';

  it('is the one with the latest timestamp, wherever it stands', async () => {
    expect(await newest([old, young, other], { purpose: 'fpan-encryption' })).toBe(young);
    expect(await newest([other, young, old], { purpose: 'fpan-encryption' })).toBe(young);
  });
  it('is of that purpose, not of one that begins like it', async () => {
    expect(
      await newest([old, '20280101000000-sandbox-fpan-encryption2'], { purpose: 'fpan-encryption' }),
    ).toBe(old);
    expect(await newest(['20280101000000-sandbox-fpan-encryption'], { purpose: 'fpan-encryption' })).toBe(
      '20280101000000-sandbox-fpan-encryption',
    );
  });
  it('is of the environment named', async () => {
    expect(await newest([old, young, production], { purpose: 'fpan-encryption', environment: 'prod' })).toBe(
      production,
    );
  });
  it('is not guessed when the set mixes environments', async () => {
    expect(await refusal([old, production], { purpose: 'fpan-encryption' })).toMatchObject({
      code: 'environment-ambiguous',
      found: expect.stringContaining('"sandbox", "prod"'),
    });
  });
  it('is not guessed when no kid has the shape: the kids there are told', async () => {
    const error = await refusal(['149064-stg-src-fpan-encryption'], { purpose: 'fpan-encryption' });
    expect(error).toMatchObject({
      code: 'purpose-unknown',
      found: expect.stringContaining('149064-stg-src-fpan-encryption'),
      hint: expect.stringContaining('Name the kid'),
    });
  });
  it('of another environment than the one that is asked for is told apart from none', async () => {
    expect(await refusal([production], { purpose: 'fpan-encryption', environment: 'sandbox' })).toMatchObject(
      {
        code: 'purpose-unknown',
        hint: 'The keys of the set are of the environment "prod", and "sandbox" is asked for: check the address of the set.',
      },
    );
  });
});
