import { describe, expect, it } from 'vitest';
import {
  externalBatchIdOf,
  intakeIdOf,
  type BatchIdentity,
  type IntakeMakeUp,
} from '../src/load/identity.ts';

const batch: BatchIdentity = {
  intakeId: 'a'.repeat(32),
  batchSize: 250,
  generation: 1,
  position: 0,
  content: { keys: Buffer.from('keys of two records'), digests: Buffer.from('digests of two records') },
};

describe('The externalBatchId of a batch', () => {
  it('is the same UUID of version 8 every time it is derived', () => {
    expect(externalBatchIdOf(batch)).toBe(externalBatchIdOf({ ...batch }));
    expect(externalBatchIdOf(batch)).toMatch(
      /^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/,
    );
  });
  it.each<[string, Partial<BatchIdentity>]>([
    ['another intake', { intakeId: 'b'.repeat(32) }],
    ['another batch size', { batchSize: 100 }],
    ['another generation', { generation: 2 }],
    ['another position', { position: 1 }],
    ['other records', { content: { ...batch.content, keys: Buffer.from('keys of other records') } }],
    ['other data of the records', { content: { ...batch.content, digests: Buffer.from('other digests') } }],
  ])('is another one for %s', (_, change) => {
    expect(externalBatchIdOf({ ...batch, ...change })).not.toBe(externalBatchIdOf(batch));
  });
});

const intake: IntakeMakeUp = {
  inputDigest: 'd'.repeat(64),
  environment: 'https://sandbox.example/api',
  programme: 'client#service',
  epoch: 0,
  variant: undefined,
};

describe('The id of an intake', () => {
  it('is the same for the same file, environment, programme and epoch', () => {
    expect(intakeIdOf({ ...intake })).toBe(intakeIdOf(intake));
    expect(intakeIdOf(intake)).toMatch(/^[\da-f]{32}$/);
  });
  it.each<[string, Partial<IntakeMakeUp>]>([
    ['another file', { inputDigest: 'e'.repeat(64) }],
    ['another environment', { environment: 'https://api.example/api' }],
    ['another programme', { programme: 'client#other' }],
    ['a register that others have merged into since', { epoch: 1 }],
    ['a run that enrolls anew', { variant: '{"again":true}' }],
  ])('is another one for %s', (_, change) => {
    expect(intakeIdOf({ ...intake, ...change })).not.toBe(intakeIdOf(intake));
  });
});
