import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { extname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
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
 * Where the console's build is: beside the program in its package; in the repository, in the console's own
 * folder, where it is built the first time. Throws `RunnerError` `console-missing`.
 */
export async function consoleFolder(note: (text: string) => void): Promise<string> {
  const packed = fileURLToPath(new URL('../console/', import.meta.url));
  const sources = fileURLToPath(new URL('../../../console/', import.meta.url));
  if (existsSync(join(packed, 'index.html'))) return packed;
  const built = join(sources, 'dist');
  if (existsSync(join(built, 'index.html'))) return built;
  if (!existsSync(join(sources, 'vite.config.ts'))) throw missing();
  note('building the console, this once');
  // NODE_ENV would make it the build for developers.
  const env = { ...process.env, NODE_ENV: 'production' };
  await promisify(execFile)('npm', ['run', 'build'], { cwd: sources, env }).catch((error: unknown) => {
    throw missing(error);
  });
  return built;
}

const missing = (cause?: unknown): RunnerError =>
  new RunnerError('console-missing', 'The console is not built', {
    hint: 'install the package again; from source: npm run build -w @enrollkit/console',
    cause,
  });

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
