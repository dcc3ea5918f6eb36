import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasBrowser, openBrowser } from '../browser.ts';
import { Harness } from '../harness.ts';
import { mixedRows } from './bank.ts';
import { go, openByLink, patient, startServing, type Opened } from './opened.ts';

/** `npm run pictures` rewrites the documents' pictures; no other run does. */
const wanted = process.env['PICTURES'] === 'write' && hasBrowser;
const folder = join(import.meta.dirname, '../../../../docs/images');

const records = 20_000;
const settings = `sending:
  batchSize: 50
  requestsPerSecond: 5
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

/** The names of the machine and its folders are of no use to a reader. */
async function withoutThisMachine({ page }: Opened): Promise<void> {
  const folder = new RegExp(harness.folder, 'g');
  await page.route('**/api/**', async (route) => {
    if (route.request().url().endsWith('/events')) return route.continue();
    const response = await route.fetch();
    const text = await response.text();
    const body = text.replaceAll(folder, '/srv/enrollkit').replaceAll(/\w+@[\w.-]+(?= |")/g, 'jane@batch-01');
    await route.fulfill({ response, body });
  });
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
    await page
      .locator('input[type=file]')
      .setInputFiles(harness.write('cardholders-tomorrow.csv', mixedRows(records + 2400)));
    await page.getByRole('heading', { name: 'Rows to look at' }).waitFor();
  }
  if (name === 'intake') await page.locator('.chart canvas').waitFor();
}

describe.skipIf(!wanted)('the pictures of the documents', { timeout: 300_000 }, () => {
  it('show each page in light and dark, half-way through a real run', async () => {
    // In processes of their own: a process that lives could still be sending.
    harness.write('cardholders-yesterday.csv', mixedRows(3000));
    await harness.enrollkit('run', 'cardholders-yesterday.csv', '--set', 'sending.requestsPerSecond=50');
    harness.write('cardholders-tonight.csv', mixedRows(records));
    const run = harness.start('run', 'cardholders-tonight.csv');
    await expect.poll(() => harness.simulator.world().enrolled, patient).toBeGreaterThan(4000);
    const opened = await openByLink(browser, await startServing(harness), {
      viewport: { width: 1240, height: 780 },
    });
    const { page, complaints } = opened;
    await withoutThisMachine(opened);
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
