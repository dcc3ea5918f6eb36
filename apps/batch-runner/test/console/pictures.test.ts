import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../browser.ts';
import { Harness } from '../harness.ts';
import { mixedRows, runMixed } from './bank.ts';
import { go, openByLink, patient, startServing, type Opened } from './opened.ts';

/** `npm run pictures` rewrites the documents' pictures; no other run does. */
const wanted = process.env['PICTURES'] === 'write' && hasBrowser;
const folder = join(import.meta.dirname, '../../../../docs/images');

const records = 20_000;
const settings = `sending:
  batchSize: 50
  requestsPerSecond: 12
  onUnknown: hold
  poll: { firstMs: 300, maxMs: 900 }
serve:
  planFolder: .
`;

let harness: Harness;
let browser: Browser;

beforeAll(async () => {
  if (!wanted) return;
  harness = await Harness.open(
    {
      processingMs: 400,
      faults: [{ fault: 'drop-answer', operation: 'enrollBatch', after: 9, times: 3 }],
    },
    settings,
  );
  browser = await openBrowser();
  mkdirSync(folder, { recursive: true });
});
afterAll(async () => {
  if (!wanted) return;
  await browser.close();
  await harness.close();
});

/** The pages as a person sees them half-way through a run. */
async function pathsOf({ page }: Opened): Promise<Readonly<Record<string, string>>> {
  const intake = await page
    .getByRole('link', { name: 'cardholders-tonight.csv' })
    .first()
    .getAttribute('href');
  await go(page, '/decisions');
  const batch = await page.locator('tbody a.mono').first().getAttribute('href');
  return {
    overview: '/',
    intakes: '/intakes',
    intake: String(intake),
    records: `${intake}?view=records`,
    decisions: '/decisions',
    decision: String(batch),
    cardholder: '/cardholder',
    audit: '/audit',
    plan: '/plan',
    contract: '/contract',
  };
}

/** What somebody has entered when the picture is taken. */
async function fill(name: string, { page }: Opened): Promise<void> {
  if (name === 'cardholder') {
    await page.getByLabel('Id of the consumer').fill('consumer-12');
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByRole('table').waitFor();
  }
  if (name === 'decision') {
    await page.getByText('It did not arrive').click();
    await page
      .getByLabel('What the provider answered')
      .fill('No batch with this externalBatchId was received');
  }
  if (name === 'plan') {
    await page.locator('input[type=file]').setInputFiles(harness.path('cardholders-tonight.csv'));
    await page.getByRole('heading', { name: 'Rows to look at' }).waitFor();
  }
  if (name === 'intake') await page.locator('.chart canvas').waitFor();
}

describe.skipIf(!wanted)('the pictures of the documents', { timeout: 300_000 }, () => {
  it('show each page in light and dark, half-way through a real run', async () => {
    await runMixed(harness, 'cardholders-yesterday.csv', mixedRows(3000, undefined, 40));
    const run = harness.start(
      'run',
      harness.write('cardholders-tonight.csv', mixedRows(records, undefined, 120)),
    );
    await expect.poll(() => harness.simulator.world().enrolled, patient).toBeGreaterThan(9000);
    const opened = await openByLink(browser, await startServing(harness), {
      viewport: { width: 1360, height: 850 },
    });
    const { page, complaints } = opened;
    for (const [name, path] of Object.entries(await pathsOf(opened)))
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme });
        await go(page, path);
        await fill(name, opened);
        await page.screenshot({ path: join(folder, `console-${name}-${colorScheme}.png`) });
      }
    run.process.kill('SIGKILL');
    expect(complaints).toEqual([]);
  });
});
