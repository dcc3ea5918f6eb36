import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Context, MiddlewareHandler } from 'hono';
import { RunnerError } from '../errors.ts';

const types: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.txt': 'text/plain; charset=utf-8',
};

/** A year: the names of built assets hold a hash of what is in them. */
const FOR_EVER = 'public, max-age=31536000, immutable';

interface StaticFile {
  readonly bytes: Buffer<ArrayBuffer>;
  readonly encoded: Readonly<Partial<Record<'br' | 'gzip', Buffer<ArrayBuffer>>>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly etag: string;
}

/**
 * Where the console's build is: beside the program in its package, in the console's own folder in the
 * repository. Throws `RunnerError` `console-missing`.
 */
export function consoleFolder(): string {
  const places = ['../console/', '../../../console/dist/'].map((path) =>
    fileURLToPath(new URL(path, import.meta.url)),
  );
  const found = places.find((folder) => existsSync(join(folder, 'index.html')));
  if (found !== undefined) return found;
  throw new RunnerError('console-missing', 'The console is not built', {
    hint: 'build it first: npm run build -w @enrollkit/console',
  });
}

/**
 * Serves the files of a folder, from memory. A path that names no file and has no ending is one of the
 * console's own pages: it gets `index.html`, which finds its way in the browser.
 */
export function staticFiles(folder: string): MiddlewareHandler {
  const files = new Map<string, StaticFile>(
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .map((path) => [`/${relative(folder, path).split(sep).join('/')}`, fileAt(path)] as const),
  );
  return async (context, next) => {
    if (context.req.method !== 'GET' && context.req.method !== 'HEAD') return next();
    const { path } = context.req;
    const found = files.get(path) ?? (extname(path) === '' ? files.get('/index.html') : undefined);
    return found === undefined ? next() : answer(context, found);
  };
}

function fileAt(path: string): StaticFile {
  const bytes = readFileSync(path);
  const type = types[extname(path)] ?? 'application/octet-stream';
  const isText = /^(?:text|application\/(?:json|manifest)|image\/svg)/.test(type);
  return {
    bytes,
    encoded: isText ? { br: brotliCompressSync(bytes), gzip: gzipSync(bytes) } : {},
    etag: `"${hash('sha256', bytes, 'base64url')}"`,
    headers: {
      'Content-Type': type,
      'Cache-Control': /-[\w-]{8,}\.\w+$/.test(path) ? FOR_EVER : 'no-cache',
      ...(isText && { Vary: 'Accept-Encoding' }),
    },
  };
}

function answer(context: Context, { bytes, encoded, headers, etag }: StaticFile): Response {
  if (context.req.header('If-None-Match') === etag)
    return context.body(null, 304, { ...headers, ETag: etag });
  const accepted = context.req.header('Accept-Encoding') ?? '';
  const encoding = (['br', 'gzip'] as const).find(
    (name) => encoded[name] !== undefined && new RegExp(`\\b${name}\\b`).test(accepted),
  );
  const body = (encoding && encoded[encoding]) ?? bytes;
  return context.body(body, 200, {
    ...headers,
    ...(encoding !== undefined && { 'Content-Encoding': encoding }),
    'Content-Length': String(body.length),
    ETag: etag,
  });
}
