import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, it, type TestContext } from 'vitest';
import { hasBrowser, openBrowser } from '../browser.ts';
import { cardholders } from '../cardholders.ts';
import { Harness } from '../harness.ts';
import { mixedRows, runMixed, settings, twoLost } from './bank.ts';
import { go, newPage, openByLink, patient, startServing } from './opened.ts';

let browser: Browser;
beforeAll(async () => {
  if (hasBrowser) browser = await openBrowser();
});
afterAll(async () => {
  if (hasBrowser) await browser.close();
});

/** A bank of its own, and the console over its ledger. */
async function bank(
  { onTestFinished }: TestContext,
  ...options: Parameters<typeof Harness.open>
): Promise<Harness> {
  const at = await Harness.open(...options);
  onTestFinished(() => at.close());
  return at;
}

/** The number in a row of a table that is named so. */
async function figure(page: Page, row: string): Promise<string> {
  const cells = page.getByRole('row', { name: row }).first().getByRole('cell');
  return (await cells.first().innerText()).trim();
}

describe.skipIf(!hasBrowser).concurrent('a person at the console', { timeout: 300_000 }, () => {
  it('watches a real run to its end, pauses it and lets it go on, without loading the page again', async (test) => {
    const { expect } = test;
    // No batch gets its results before the fault is taken away: the run lasts as long as the test needs it.
    const at = await bank(
      test,
      { faults: [{ fault: 'stuck' }] },
      'sending:\n  batchSize: 5\n  requestsPerSecond: 20\n  poll: { firstMs: 40, maxMs: 200 }\n',
    );
    const run = at.start('run', at.write('watched.csv', cardholders(100)));
    await expect.poll(() => at.simulator.world().batches, patient).toBeGreaterThan(1);
    const { page, complaints } = await openByLink(browser, await startServing(at));

    await page.getByRole('link', { name: 'watched.csv' }).first().click();
    await page.getByRole('heading', { level: 1, name: 'watched.csv' }).waitFor();
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('banner').getByText('Paused').waitFor();
    await expect.poll(() => run.said(), patient).toContain('paused on request');

    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('banner').getByText('Working').waitFor();
    at.simulator.setFaults([]);
    expect(await run.ended).toMatchObject({ code: 0 });

    await page.locator('main').getByText('Settled').first().waitFor();
    await expect.poll(() => figure(page, 'Enrolled'), patient).toBe('100');
    await page.getByText('No runner at work').waitFor();
    await page.getByRole('img', { name: /Outcomes from .*: 100 enrolled/ }).waitFor();
    await page.getByRole('button', { name: 'Show as a table' }).click();
    await page.getByRole('columnheader', { name: 'enrolled' }).waitFor();
    await go(page, '/audit');
    await page.getByText('run ended').first().waitFor();
    const trail = await page.locator('main').innerText();
    for (const action of ['pause', 'resume', 'run']) expect(trail).toContain(action);
    expect(complaints).toEqual([]);
  });

  it('decides both ways about batches of which nobody knows whether they arrived', async (test) => {
    const { expect } = test;
    const at = await bank(test, { faults: twoLost }, settings);
    // In a process of its own: one that lives could still be sending.
    await at.enrollkit('run', at.write('lost.csv', mixedRows(60)));
    const { page, complaints } = await openByLink(browser, await startServing(at));
    await page.getByText('2 batches wait for a decision').waitFor();

    await go(page, '/decisions');
    const batches = page.locator('tbody a.mono');
    const [first = '', second = ''] = await batches.allInnerTexts();

    await page.getByRole('link', { name: first }).click();
    await page.getByText('It arrived').click();
    await page.getByLabel('Your reason').fill('Asked support, ticket 4711');
    await page.getByLabel("The provider's id of the batch").fill('provider-batch-4711');
    await page.getByRole('button', { name: 'Record that it arrived' }).click();
    await page.locator('main').getByText('Submitted', { exact: true }).first().waitFor();

    await go(page, '/decisions');
    await page.getByRole('link', { name: second }).click();
    await page.getByText('It did not arrive').click();
    await page.getByRole('button', { name: 'Record that it did not arrive' }).click();
    // Nothing was given, so nothing was sent: the field says what it lacks.
    expect(await page.locator('[aria-invalid=true]').count()).toBeGreaterThan(0);
    await page.getByLabel('What the provider answered').fill('There is no such batch');
    await page.getByLabel('Your reason').fill('Asked support, ticket 4712');
    await page.getByRole('button', { name: 'Record that it did not arrive' }).click();
    await page.locator('main').getByText('Waiting', { exact: true }).first().waitFor();

    await go(page, '/decisions');
    await page.getByText('Nothing waits for a decision').waitFor();
    await go(page, '/audit');
    await page.getByText('ticket 4712').first().waitFor();
    expect(await page.locator('main').innerText()).toContain('There is no such batch');
    expect(complaints).toEqual([]);
  });

  it('looks up a cardholder by id, and is refused a card number before anything is sent', async (test) => {
    const { expect } = test;
    const at = await bank(test, {}, settings);
    await runMixed(at, 'known.csv', mixedRows(30));
    const { page, complaints } = await openByLink(browser, await startServing(at));
    const sent: string[] = [];
    page.on('request', (request) => {
      if (request.url().endsWith('/look-up')) sent.push(request.postData() ?? '');
    });
    await page.getByRole('link', { name: 'Cardholder' }).click();
    await page.getByLabel('Id of the consumer').fill('5204 7316 0000 0017');
    await page.getByText('That looks like a card number').waitFor();
    expect(await page.getByRole('button', { name: 'Look up' }).isDisabled()).toBe(true);
    await page.getByLabel('Id of the consumer').press('Enter');
    await page.getByRole('button', { name: 'Clear' }).click();
    await page.getByLabel('Id of the consumer').fill('consumer-25');
    await page.getByRole('button', { name: 'Look up' }).click();
    await page.getByRole('cell', { name: 'Enrolled' }).waitFor();
    expect(sent).toEqual(['{"externalConsumerId":"consumer-25"}']);
    expect(page.url()).not.toContain('consumer');
    expect(complaints).toEqual([]);
  });

  it('uploads a file and plans it, and plans one of the server', async (test) => {
    const { expect } = test;
    const at = await bank(test, {}, settings);
    await runMixed(at, 'known.csv', cardholders(20));
    const { page, complaints } = await openByLink(browser, await startServing(at));
    await go(page, '/plan');
    await page.locator('input[type=file]').setInputFiles({
      name: 'tomorrow.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from(cardholders(25)),
    });
    await page.getByRole('heading', { name: 'What would become of the rows' }).waitFor();
    expect(await figure(page, 'Would be sent')).toBe('5');
    expect(await figure(page, 'Already enrolled, unchanged')).toBe('20');
    await page.getByRole('button', { name: 'Plan another file' }).click();
    await page.getByRole('button', { name: 'known.csv' }).click();
    await page.getByRole('heading', { name: 'What would become of the rows' }).waitFor();
    expect(await figure(page, 'Would be sent')).toBe('0');
    expect(at.simulator.world().enrolled).toBe(20);
    expect(complaints).toEqual([]);
  });

  it('as a viewer sees everything and decides nothing, here and at the server', async (test) => {
    const { expect } = test;
    const at = await bank(test, { faults: twoLost }, settings);
    await runMixed(at, 'lost.csv', mixedRows(60));
    const made = at.start('users', 'set', 'vera', '--role', 'viewer');
    made.process.stdin?.end('a long sentence of 7 words or so\n');
    expect(await made.ended).toMatchObject({ code: 0 });
    const { address } = await startServing(at);
    const { page, complaints } = await newPage(browser, new URL(address).origin);
    await page.goto(address);
    await page.getByLabel('User name').fill('vera');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('alert').waitFor();
    await page.getByLabel('Password').fill('a long sentence of 7 words or so');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Signed in as viewer').waitFor();
    expect(await page.getByRole('link', { name: 'Plan a file' }).count()).toBe(0);

    await go(page, '/decisions');
    await page.locator('tbody a.mono').first().click();
    await page.getByText('Somebody with the role operator').waitFor();
    expect(await page.getByRole('radiogroup', { name: /provider/ }).count()).toBe(0);
    const refused = await page.evaluate(`(async () => {
      const { csrfToken } = await (await fetch('/api/session')).json();
      const place = location.pathname.replace('/decisions/', '/api/intakes/').replace(/\\/(\\d+)$/, '/batches/$1');
      const calls = [[place + '/abandonment', { reason: 'because' }], ['/api/runner/instructions', { instruction: 'stop' }], ['/api/plans', { fileName: 'lost.csv' }]];
      return Promise.all(calls.map(async ([path, body]) => (await fetch(path, { method: 'POST', headers: { 'Content-Type': 'application/json', 'X-CSRF-Token': csrfToken }, body: JSON.stringify(body) })).status));
    })()`);
    expect(refused).toEqual([403, 403, 403]);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    await page.goto(`${new URL(address).origin}/audit`);
    await page.getByRole('heading', { level: 1, name: 'Sign in' }).waitFor();
    expect(complaints).toEqual([]);
  });
});
