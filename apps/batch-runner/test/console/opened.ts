import { waitFor } from '@enrollkit/testkit';
import type { Browser, BrowserContext, BrowserContextOptions, Page } from 'playwright-core';
import type { Harness, Running } from '../harness.ts';

/** Waits are long: the machine is busy with other tests. */
export const patient = { timeout: 60_000 } as const;

/** The real `enrollkit serve` in a process of its own. */
export interface Serving {
  readonly running: Running;
  /** What it printed: a one-time link, or where users sign in. */
  readonly address: string;
}

/** Starts `enrollkit serve` at a free port, and waits until it says where it is. */
export async function startServing(at: Harness, ...flags: string[]): Promise<Serving> {
  const running = at.start('serve', '--set', 'serve.port=0', ...flags);
  const printed = (): string | undefined => /the console is at (\S+)/.exec(running.said())?.[1];
  await waitFor('enrollkit serve to be there', () => printed() !== undefined, patient.timeout);
  return { running, address: printed() ?? '' };
}

/** A page of the console, and everything that happened on it and should not. */
export interface Opened {
  readonly context: BrowserContext;
  readonly page: Page;
  /** Messages of the browser's console, dialogs, errors, and requests to anybody else. */
  readonly complaints: readonly string[];
}

/** A page in a browser session of its own. Complaints are collected from its first byte. */
export async function newPage(
  browser: Browser,
  origin: string,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const context = await browser.newContext({ locale: 'en-GB', timezoneId: 'Europe/Berlin', ...options });
  context.setDefaultTimeout(patient.timeout);
  const page = await context.newPage();
  const complaints: string[] = [];
  page.on('dialog', (dialog) => {
    complaints.push(`dialog: ${dialog.message()}`);
    void dialog.dismiss();
  });
  page.on('pageerror', (error) => complaints.push(`error: ${error.message}`));
  page.on('console', (message) => {
    // The browser notes every answer of 400 and more, which are part of the contract.
    const isComplaint = ['error', 'warning'].includes(message.type());
    if (isComplaint && !message.text().startsWith('Failed to load resource')) complaints.push(message.text());
  });
  page.on('request', (request) => {
    if (new URL(request.url()).origin !== origin) complaints.push(`asks ${request.url()}`);
  });
  return { context, page, complaints };
}

/** Opens the console by the link that `enrollkit serve` has printed. */
export async function openByLink(
  browser: Browser,
  { address }: Serving,
  options: BrowserContextOptions = {},
): Promise<Opened> {
  const opened = await newPage(browser, new URL(address).origin, options);
  await opened.page.goto(address);
  await opened.page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
  return opened;
}

/** Goes to a page of the console and waits for what it shows. */
export async function go(page: Page, path: string): Promise<void> {
  await page.goto(new URL(path, page.url()).href);
  await page.locator('h1').waitFor();
  await waitFor('the page', async () => (await page.locator('.skeleton').count()) === 0, patient.timeout);
}
