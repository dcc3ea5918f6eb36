import { gzipSync } from 'node:zlib';
import type { Browser, BrowserContextOptions } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { axeFindings, hasBrowser, openBrowser } from '../browser.ts';
import { Harness } from '../harness.ts';
import { mixedRows, runMixed, settings, twoLost } from './bank.ts';
import { go, newPage, openByLink, startServing, type Opened, type Serving } from './opened.ts';

/** What a person loads before the first page stands, compressed. */
const FIRST_LOAD_BYTES = 250_000;

/** A name that would be a script if it were markup, and would end an attribute, too. */
const hostile = `<img src=x onerror=alert(1)>"'><script>alert(2)</script>`;

let harness: Harness;
let browser: Browser;
let serving: Serving;
let first: Opened;
let paths: readonly string[];

/** The addresses of every page there is, in a ledger that has something for each. */
async function everyPage({ page }: Opened): Promise<readonly string[]> {
  await go(page, '/intakes');
  const intake = await page.locator('tbody a').first().getAttribute('href');
  await go(page, '/decisions');
  const batch = await page.locator('tbody a').first().getAttribute('href');
  const views = ['batches', 'records', 'rejections', 'audit'].map((view) => `${intake}?view=${view}`);
  const fixed = ['/', '/intakes', '/decisions', '/cardholder', '/audit', '/plan', '/contract', '/nowhere'];
  return [...fixed, String(intake), ...views, String(batch)];
}

/** Another size or scheme, signed in as the same person. */
async function again(options: BrowserContextOptions): Promise<Opened> {
  const storageState = await first.context.storageState();
  const opened = await newPage(browser, new URL(serving.address).origin, { ...options, storageState });
  onTestFinished(() => opened.context.close());
  await opened.page.goto(new URL(serving.address).origin);
  return opened;
}

beforeAll(async () => {
  harness = await Harness.open({ faults: twoLost }, settings);
  await runMixed(
    harness,
    `card holders ${hostile.replaceAll('/', '')}.csv`,
    mixedRows(60, (row) => (row === 30 ? hostile.replaceAll('"', '') : `consumer-${row}`)),
  );
  if (!hasBrowser) return;
  browser = await openBrowser();
  serving = await startServing(harness);
  first = await openByLink(browser, serving);
  paths = await everyPage(first);
}, 240_000);

afterAll(async () => {
  if (hasBrowser) await browser.close();
  await harness.close();
});

describe.skipIf(!hasBrowser)('every page of the console', { timeout: 300_000 }, () => {
  const looks = [
    { colorScheme: 'light', width: 1280 },
    { colorScheme: 'light', width: 320 },
    { colorScheme: 'dark', width: 1280 },
    { colorScheme: 'dark', width: 320 },
  ] as const;
  it.each(looks)(
    'has nothing that axe finds, fits its window and has one title ($colorScheme, $width pixels)',
    async ({ colorScheme, width }) => {
      const { page, complaints } = await again({ colorScheme, viewport: { width, height: 800 } });
      for (const path of paths) {
        await go(page, path);
        expect(await axeFindings(page), path).toEqual([]);
        expect(await page.locator('h1').count(), path).toBe(1);
        const tooWide = 'document.documentElement.scrollWidth > document.documentElement.clientWidth';
        expect(await page.evaluate(tooWide), path).toBe(false);
      }
      expect(complaints).toEqual([]);
    },
  );

  it.each(looks)(
    'asks who is not signed in to sign in, with nothing that axe finds ($colorScheme, $width pixels)',
    async ({ colorScheme, width }) => {
      const origin = new URL(serving.address).origin;
      const { page, context } = await newPage(browser, origin, {
        colorScheme,
        viewport: { width, height: 800 },
      });
      onTestFinished(() => context.close());
      await page.goto(origin);
      await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
      expect(await axeFindings(page)).toEqual([]);
    },
  );

  it('shows names and messages of others as text, runs none of them, and asks nobody else', async () => {
    const { page, complaints } = await again({});
    // Everything that the server answers as free text becomes hostile on its way; what a program reads
    // stays.
    await page.route('**/api/**', async (route) => {
      if (route.request().url().endsWith('/events')) return route.continue();
      const response = await route.fetch();
      const text = await response.text();
      await route.fulfill({ response, body: spoiled(text) });
    });
    for (const path of paths) {
      await go(page, path);
      expect(await page.locator('img[src=x], main script').count(), path).toBe(0);
    }
    await go(page, '/cardholder');
    await page.getByLabel('Id of the consumer').fill(hostile);
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByText('Nothing is known').waitFor();
    await go(page, '/decisions');
    expect(await page.locator('main').innerText()).toContain('<script>alert(2)</script>');
    expect(complaints).toEqual([]);
  });

  it('loads less than 250 kB, compressed, before the first page stands', async () => {
    const { page } = await again({});
    const bodies: Promise<Buffer>[] = [];
    page.on('response', (response) => {
      if (!response.url().includes('/api/')) bodies.push(response.body());
    });
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    const loaded = await Promise.all(bodies);
    const total = loaded.reduce((sum, body) => sum + gzipSync(body).length, 0);
    expect(loaded.length).toBeGreaterThan(2);
    expect(total).toBeLessThan(FIRST_LOAD_BYTES);
  });

  it('can be used by keyboard alone: skip link, pairs of keys, the list of shortcuts', async () => {
    const { page } = await again({});
    await go(page, '/');
    await page.keyboard.press('Tab');
    expect(await page.evaluate('document.activeElement.textContent')).toBe('To the content');
    await page.keyboard.press('Enter');
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('g');
    await page.keyboard.press('a');
    await page.getByRole('heading', { level: 1, name: 'Audit trail' }).waitFor();
    expect(await page.evaluate('document.activeElement.id')).toBe('main');
    await page.keyboard.press('?');
    const dialog = page.getByRole('dialog');
    await dialog.getByText('Decisions').waitFor();
    expect(await axeFindings(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'detached' });
  });

  it('says where it is, in which time zone it speaks, and keeps nothing but the choice of colours', async () => {
    const { page } = await again({ colorScheme: 'light' });
    await go(page, '/');
    const bar = page.getByRole('banner');
    expect(await bar.innerText()).toContain(new URL(harness.simulator.url).host);
    expect(await page.locator('.rail').innerText()).toMatch(/Europe\/Berlin \(GMT[+]\d\)/);
    await page.getByRole('radio', { name: 'Dark' }).click();
    expect(await page.evaluate('getComputedStyle(document.documentElement).colorScheme')).toBe('dark');
    await page.reload();
    await page.getByRole('heading', { level: 1 }).waitFor();
    expect(await page.evaluate('({ ...localStorage })')).toEqual({ 'enrollkit-theme': 'dark' });
    expect(await page.evaluate('sessionStorage.length')).toBeLessThanOrEqual(1);
    expect(await page.evaluate('document.cookie')).toBe('');
  });
});

/** The same answer with each free text of somebody else's made hostile. */
function spoiled(text: string): string {
  const keys = ['message', 'fileName', 'source', 'value', 'actor', 'advice', 'hint', 'summary', 'code'];
  return JSON.stringify(
    JSON.parse(text, (key, value: unknown) =>
      keys.includes(key) && typeof value === 'string' ? `${value} ${hostile}` : value,
    ),
  );
}
