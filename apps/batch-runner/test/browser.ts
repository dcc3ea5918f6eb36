import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import { chromium, type Browser, type Page } from 'playwright-core';

const places = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];

const executablePath = process.env['CHROMIUM'] ?? places.find((place) => existsSync(place));

/** Whether this machine has a browser that opens pages for tests. */
export const hasBrowser = executablePath !== undefined;
if (!hasBrowser) process.stderr.write('There is no Chromium: nobody looks at the pages.\n');

/** The installed browser. Throws where there is none. */
export function openBrowser(): Promise<Browser> {
  return chromium.launch({ ...(executablePath && { executablePath }), args: ['--no-sandbox'] });
}

const axeFile = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds on a page: each rule with the elements that break it. */
export async function axeFindings(page: Page): Promise<readonly string[]> {
  await page.evaluate(readFileSync(axeFile, 'utf8'));
  const found: unknown = await page.evaluate('axe.run()');
  const { violations } = found as {
    readonly violations: readonly {
      readonly id: string;
      readonly nodes: readonly { readonly html: string }[];
    }[];
  };
  return violations.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html}`));
}
