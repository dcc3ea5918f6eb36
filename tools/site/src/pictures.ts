import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { extname, join, normalize } from 'node:path';
import { content } from './content.ts';
import { root } from './root.ts';

/** Where the pictures of the site's pages are put. */
export const pictures = join(root, '.work', 'site-pictures');

const built = join(content, '.vitepress', 'dist');
const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
};

/**
 * Serves the built site on a free port of this machine, with addresses without `.html` as any host of it
 * does.
 */
export async function serveSite(): Promise<{ readonly url: string; readonly close: () => void }> {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://site').pathname);
    const name = path.endsWith('/') ? `${path}index.html` : extname(path) === '' ? `${path}.html` : path;
    try {
      const bytes = readFileSync(join(built, name));
      response.writeHead(200, { 'content-type': types[extname(name)] ?? 'application/octet-stream' });
      response.end(bytes);
    } catch {
      response.writeHead(404).end();
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}`, close: () => void server.close() };
}

/**
 * One page as Chromium shows it: its picture as a file, and its text and structure after all scripts have
 * run.
 */
export interface Picture {
  readonly file: string;
  readonly html: string;
}

/** Takes a picture of a page with Chromium. Throws with what Chromium said when there is no picture. */
export async function pictureOf(url: string, name: string): Promise<Picture> {
  mkdirSync(pictures, { recursive: true });
  const file = join(pictures, `${name}.png`);
  const flags = [
    '--headless',
    '--no-sandbox',
    '--disable-gpu',
    '--hide-scrollbars',
    '--window-size=1280,1000',
  ];
  const wait = '--virtual-time-budget=5000';
  const chromium = (...args: readonly string[]) =>
    new Promise<string>((resolve, reject) => {
      const child = spawn('chromium', [...flags, wait, ...args, url]);
      let [out, err] = ['', ''];
      child.stdout.on('data', (part) => (out += String(part)));
      child.stderr.on('data', (part) => (err += String(part)));
      child.on('error', reject);
      child.on('close', (code) => (code === 0 ? resolve(out) : reject(new Error(err))));
    });
  await chromium(`--screenshot=${file}`);
  return { file, html: await chromium('--dump-dom') };
}
