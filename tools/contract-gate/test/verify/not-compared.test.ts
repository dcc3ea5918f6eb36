import { expect, it } from 'vitest';

import { loadSpec } from '../../src/spec/load.ts';
import { houses } from '../houses/documents/index.ts';
import { pactOf } from '../houses/pact.ts';
import { gate, workspace } from '../workspace.ts';

it('A pact that cannot be compared with a contract is named, and verify does not crash.', async () => {
  const text = houses['cluster']?.({ resources: 5, revised: false })['openapi.yaml'] ?? '';
  const spec = await loadSpec('openapi.yaml', workspace({ 'openapi.yaml': text }));
  const pact = JSON.stringify(pactOf(spec.document, 15));
  const ending = await gate(
    workspace({ 'specs/base/openapi.yaml': text, 'pact.json': pact }),
    'verify',
    'pact.json',
  );
  expect(ending).toMatchObject({ code: 1, err: '', out: expect.stringContaining('pact/not-compared') });
});
