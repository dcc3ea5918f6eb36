import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { hasBrowser, openBrowser } from '../browser.ts';
import { cardholders } from '../cardholders.ts';
import { Harness } from '../harness.ts';
import { loadConfig } from '../../src/config/load.ts';
import { serveConsole, type ConsoleServer } from '../../src/serve/console-server.ts';
import { consoleFolder } from '../../src/serve/static-files.ts';
import { quick } from './served.ts';

/** A server of somebody else on this machine, with one page. */
async function somebodyElse(page: string): Promise<string> {
  const server = createServer((request, response) => {
    request.resume().on('end', () => response.writeHead(200, { 'content-type': 'text/html' }).end(page));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** The real console over a ledger with a finished run. */
async function realConsole(at: Harness): Promise<ConsoleServer> {
  await at.call('run', at.write('cards.csv', cardholders(6)));
  const loaded = loadConfig({ file: at.path('enrollkit.yaml'), environment: {}, flags: ['serve.port=0'] });
  const print = (): void => undefined;
  return serveConsole({ loaded, terminal: { note: print, warn: print }, files: await consoleFolder(print) });
}

describe.runIf(hasBrowser)('the console in a browser', () => {
  let browser: Browser;
  let at: Harness;
  let server: ConsoleServer;
  beforeAll(async () => {
    at = await Harness.open({}, quick);
    [browser, server] = await Promise.all([openBrowser(), realConsole(at)]);
  });
  afterAll(async () => {
    await browser.close();
    await server.close();
    await at.close();
  });

  async function signedIn(link = server.newLink() ?? ''): Promise<Page> {
    const page = await (await browser.newContext()).newPage();
    page.setDefaultTimeout(60_000);
    await page.goto(link);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    return page;
  }

  it('leaves no link, cookie or token where a script, the address or the storage of the browser shows it', async () => {
    const link = server.newLink() ?? '';
    const page = await signedIn(link);
    expect(page.url()).toBe(`${server.origin}/`);
    const kept = await page.evaluate(
      'JSON.stringify([document.cookie, {...localStorage}, {...sessionStorage}, history.state, document.referrer])',
    );
    expect(kept).not.toContain(new URL(link).hash.slice(6));
    expect(String(kept).slice(0, 10)).toBe('["",{},{},');
    const databases: unknown = await page.evaluate('indexedDB.databases()');
    expect(databases).toEqual([]);
  });

  it('does nothing for a page of another port, whose requests a browser sends with the cookie of the console', async () => {
    const page = await signedIn();
    const before = (await at.call('audit')).out;
    const evil = await somebodyElse(`<title>evil</title><iframe src="${server.origin}/"></iframe>
      <form method="post" enctype="text/plain" action="${server.origin}/api/runner/instructions"><input name='{"instruction":"stop","x":"' value='"}'></form>`);
    await page.goto(evil);
    const stolen = await page.evaluate(`(async () => {
      const got = [];
      const attempt = async (path, init) => {
        try { got.push(await (await fetch('${server.origin}' + path, { credentials: 'include', ...init })).text()); } catch { got.push('refused'); }
      };
      await attempt('/api/overview', {});
      await attempt('/api/session', {});
      await attempt('/api/runner/instructions', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"instruction":"stop"}' });
      await fetch('${server.origin}/api/runner/instructions', { method: 'POST', mode: 'no-cors', credentials: 'include', body: '{"instruction":"stop"}' }).catch(() => 0);
      await fetch('${server.origin}/api/session', { method: 'DELETE', credentials: 'include' }).catch(() => 0);
      await new Promise((done) => { const events = new EventSource('${server.origin}/api/events', { withCredentials: true }); events.onerror = () => (got.push('no events'), events.close(), done()); events.onmessage = () => (got.push('events'), done()); });
      await new Promise((done) => { const tag = document.createElement('script'); tag.onload = () => (got.push('script'), done()); tag.onerror = () => (got.push('no script'), done()); tag.src = '${server.origin}/api/session'; document.body.append(tag); });
      return got;
    })()`);
    expect(stolen).toEqual(['refused', 'refused', 'refused', 'no events', 'no script']);
    expect(await page.evaluate('document.querySelector("iframe").contentDocument')).toBeNull();
    const [response] = await Promise.all([
      page.waitForNavigation(),
      page.evaluate('document.querySelector("form").submit()'),
    ]);
    expect(response?.status()).toBe(403);
    await page.goto(`${server.origin}/`);
    await page.getByRole('heading', { level: 1, name: 'Overview' }).waitFor();
    expect((await at.call('audit')).out).toBe(before);
  });

  it('shows nothing of the one who has signed out, also not on the way back', async () => {
    const page = await signedIn();
    await page.goto(`${server.origin}/audit`);
    await page.locator('h1').waitFor();
    await page.goto(`${server.origin}/intakes`);
    await page.getByRole('button', { name: 'Sign out' }).click();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await page.goBack();
    await page.getByRole('heading', { name: 'Sign in' }).waitFor();
    expect(await page.locator('main').innerText()).not.toContain('cards.csv');
  });
});
