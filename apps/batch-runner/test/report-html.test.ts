import { readFileSync, statSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Browser } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { reservedPans } from '@enrollkit/provider-simulator';
import { html } from '../src/html/markup.ts';
import { axeFindings, hasBrowser, openBrowser } from './browser.ts';
import { cardholders, panOf } from './cardholders.ts';
import { Harness } from './harness.ts';

/** Where the pictures are kept, to be looked at. */
const screenshots = join(import.meta.dirname, '../../../.work/screenshots');

let harness: Harness;
let browser: Browser;
let file: string;

beforeAll(async () => {
  harness = await Harness.open(
    { faults: [{ fault: 'drop-answer', operation: 'enrollBatch', after: 3, times: 1 }] },
    'sending:\n  batchSize: 10\n  requestsPerSecond: 200\n  poll: { firstMs: 40, maxMs: 200 }\n',
  );
  const rows = cardholders(
    60,
    reservedPans.slice(0, 4).map(({ pan }) => pan),
  ).split('\n');
  rows[20] = rows[20]?.replace(',US,en', ',US,xx') ?? '';
  rows[21] = rows[21]?.replace('consumer-20', '<img src=x onerror=alert(1)>') ?? '';
  await harness.call('run', harness.write('card holders & <b>.csv', rows.join('\n')));
  file = harness.path('report.html');
  await harness.call('report', '--html', file);
  if (hasBrowser) browser = await openBrowser();
});

afterAll(async () => {
  if (hasBrowser) await browser.close();
  await harness.close();
});

describe.skipIf(!hasBrowser)('the HTML report in a browser', () => {
  it('shows outcomes, sums and codes, asks for nothing, and runs nothing', async () => {
    const page = await browser.newPage();
    const asked: string[] = [];
    const said: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    page.on('console', (message) => said.push(message.text()));
    page.on('dialog', (dialog) => said.push(dialog.message()));
    await page.goto(pathToFileURL(file).href);
    expect(asked).toEqual([page.url()]);
    expect(said).toEqual([]);
    expect(await page.title()).toBe('card holders & <b>.csv: enrollment report');
    const text = await page.locator('body').innerText();
    expect(text).toContain('A decision is needed');
    expect(text).toMatch(/What became of 60 rows/);
    expect(text).toMatch(/The sums add up: 60 rows = \d+ \+ \d+ \+ \d+/);
    expect(text).toContain(harness.simulator.url);
    for (const { reason } of reservedPans.slice(0, 2)) expect(text).toContain(reason);
    expect(text).toMatch(/LANGUAGE_UNKNOWN\s+1\s+Two lower-case letters/);
    expect(text).toMatch(/resolve BATCH --not-sent/);
    // The style is the one that the policy allows by its digest.
    expect(
      await page
        .locator('.card')
        .first()
        .evaluate((card) => card.clientLeft),
    ).toBe(6);
    await page.close();
  });

  it('holds no card number, not even one that stands in a message', () => {
    const text = readFileSync(file, 'utf8');
    for (let index = 0; index < 60; index += 1) expect(text).not.toContain(panOf(index));
    for (const { pan } of reservedPans) expect(text).not.toContain(pan);
    expect(html`<p>${`number ${panOf(7)} & "x"`}</p>`.text).toMatch(
      /^<p>number 520473\*+\d{4} &amp; &quot;x&quot;<\/p>$/,
    );
  });

  it.each(['light', 'dark'] as const)(
    'has nothing that axe finds, and fits a narrow screen (%s)',
    async (colorScheme) => {
      const page = await browser.newPage({ colorScheme, viewport: { width: 320, height: 700 } });
      await page.goto(pathToFileURL(file).href);
      expect(await axeFindings(page)).toEqual([]);
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBeLessThanOrEqual(320);
      await page.setViewportSize({ width: 1100, height: 900 });
      await page.screenshot({ path: join(screenshots, `report-${colorScheme}.png`), fullPage: true });
      await page.close();
    },
  );
});

describe('the file of the HTML report', () => {
  it('is for its owner alone, and is written over only by --force and never through a link', async () => {
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await harness.call('report', '--html', file)).toMatchObject({
      code: 2,
      err: expect.stringMatching(/already; nothing was written[^]*--force/),
    });
    expect(await harness.call('report', '--html', file, '--force')).toMatchObject({ code: 5 });
    const link = join(harness.folder, 'link.html');
    const elsewhere = harness.write('elsewhere', 'kept');
    symlinkSync(elsewhere, link);
    expect(await harness.call('report', '--html', link)).toMatchObject({ code: 2 });
    expect(await harness.call('report', '--html', link, '--force')).toMatchObject({ code: 5 });
    expect(readFileSync(elsewhere, 'utf8')).toBe('kept');
  });
});
