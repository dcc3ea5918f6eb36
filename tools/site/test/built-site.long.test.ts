import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { pictureOf, serveSite } from '../src/pictures.ts';
import { root } from '../src/root.ts';

let site: Awaited<ReturnType<typeof serveSite>>;

// VitePress ends the build with an error at the first dead link.
beforeAll(async () => {
  execFileSync(process.execPath, [join(root, 'tools/site/src/build.ts')], { cwd: root, stdio: 'pipe' });
  site = await serveSite();
}, 1_200_000);
afterAll(() => site.close());

const hasChromium = spawnSync('chromium', ['--version']).status === 0;
if (!hasChromium) process.stderr.write('There is no Chromium: nobody looks at the pages of the site.\n');

describe.skipIf(!hasChromium)('The built site, seen in Chromium', () => {
  it.each([
    { name: 'start-platform-team', shows: ['The first batch', 'openClickToPayClient'] },
    { name: 'errors', shows: ['Error codes', 'contract-violation'] },
  ])(
    'shows the page $name with its navigation, and keeps a picture of it',
    async ({ name, shows }) => {
      const { file, html } = await pictureOf(`${site.url}/docs/${name}`, name);
      for (const part of [...shows, 'VPSidebar', 'VPNavBar']) expect(html).toContain(part);
      const picture = readFileSync(file);
      expect(picture.subarray(1, 4).toString()).toBe('PNG');
      expect([picture.readUInt32BE(16), picture.readUInt32BE(20)]).toEqual([1280, 1000]);
    },
    300_000,
  );
});

describe('The built site', () => {
  it.each(['/', '/docs/start-operator', '/docs/start-ci', '/docs/migrating', '/reference/client/src/'])(
    'has the page %s',
    async (path) => {
      expect((await fetch(`${site.url}${path}`)).status).toBe(200);
    },
  );
});
