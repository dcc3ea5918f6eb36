import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../src/packages.ts';

const quickStart = readFileSync(join(root, 'docs/start-platform-team.md'), 'utf8');

const block = (language: string, containing: string): string => {
  const found = [...quickStart.matchAll(/^```(\w+)\n([\s\S]*?)^```$/gm)].find(
    ([, name, text]) => name === language && text?.includes(containing),
  );
  if (found?.[2] === undefined)
    throw new Error(`the quick start has no ${language} block with ${containing}`);
  return found[2];
};

/** How a client is opened in the quick start, and what it sends. */
function opening(): string {
  const whole = block('ts', 'waitForBatch');
  return whole.slice(0, whole.indexOf('const { batchId }'));
}

/** The programs of the quick start as they stand there, and two that are made of its parts. */
export function documentedPrograms() {
  return {
    'consumers.json': block('json', 'externalConsumerId'),
    'first-batch.ts': block('ts', 'waitForBatch'),
    'submit-once.ts': block('ts', 'submitOnce'),
    'retrying.ts': `${opening()}
import { submitOnce } from './submit-once.ts';
const batchId = await submitOnce(client, body);
console.log(JSON.stringify({ batchId: batchId ?? null }));
await client.close();
`,
    'rotation.ts': `${opening()}
const first = await client.enrollBatch({ body });
await fetch(new URL('/__keys/rotate', process.env['API_URL']), { method: 'POST' });
const second = await client.enrollBatch({ body: { ...body, externalBatchId: 'batch-2' } });
console.log(JSON.stringify({ statuses: [first.status, second.status] }));
await client.close();
`,
  };
}
