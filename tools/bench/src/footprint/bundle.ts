import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { build } from 'vite';

/** What a program of one operation weighs when it is bundled with all it depends on, for Node. */
export interface BundleSize {
  /** A file of `one-operation`, without its ending. */
  readonly name: string;
  /** Kilobytes, minified; and these compressed by gzip. */
  readonly kb: number;
  readonly gzippedKb: number;
  /** Minified, without undici, which Node has within. */
  readonly withoutUndiciKb: number;
}

/** Bundles an entry of `one-operation` as published: packages of this workspace from their `dist`. */
export async function bundleOf(name: string): Promise<BundleSize> {
  const whole = await bundled(name, []);
  return {
    name,
    kb: kilobytes(whole.length),
    gzippedKb: kilobytes(gzipSync(whole).length),
    withoutUndiciKb: kilobytes((await bundled(name, ['undici'])).length),
  };
}

async function bundled(name: string, external: readonly string[]): Promise<string> {
  const result = await build({
    configFile: false,
    logLevel: 'silent',
    root: import.meta.dirname,
    ssr: { noExternal: true, external: [...external], target: 'node' },
    build: { ssr: join(import.meta.dirname, `../one-operation/${name}.ts`), write: false, minify: true },
  });
  const outputs = [result].flat().flatMap((each) => ('output' in each ? each.output : []));
  return outputs.map((output) => (output.type === 'chunk' ? output.code : '')).join('\n');
}

function kilobytes(bytes: number): number {
  return Math.round(bytes / 1000);
}
