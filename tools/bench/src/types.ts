import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

/** What TypeScript does to check one file, as somebody has it who installed the packages. */
export interface TypesRow {
  /** A file of `one-operation`, without its ending. */
  readonly name: string;
  readonly types: number;
  readonly instantiations: number;
  /** Seconds: of checking, and of the whole command. Medians. */
  readonly checkSeconds: number;
  readonly totalSeconds: number;
  readonly megabytes: number;
}

const compiler = join(import.meta.dirname, '../../../node_modules/typescript/bin/tsc');
const options = ['--noEmit', '--strict', '--skipLibCheck', '--target', 'esnext', '--module', 'nodenext'];
const rounds = 7;

/** Checks the files in turn, a process each, so that a slow second hits all. */
export function measureTypes(names: readonly string[]): readonly TypesRow[] {
  const measured = Array.from({ length: rounds }, () => names.map(check));
  return names.map((name, index) => {
    const all = measured.flatMap((round) => round[index] ?? []);
    const figure = (label: string) => median(all.map((each) => each.get(label) ?? Number.NaN));
    return {
      name,
      types: figure('Types'),
      instantiations: figure('Instantiations'),
      checkSeconds: figure('Check time'),
      totalSeconds: figure('Total time'),
      megabytes: Math.round(figure('Memory used') / 1000),
    };
  });
}

/** The figures of `--extendedDiagnostics`, by their labels. */
function check(name: string): ReadonlyMap<string, number> {
  const file = join(import.meta.dirname, `one-operation/${name}.ts`);
  const argv = [compiler, ...options, '--allowImportingTsExtensions', '--extendedDiagnostics', file];
  const output = execFileSync(process.execPath, argv, { encoding: 'utf8' });
  return new Map(
    [...output.matchAll(/^([A-Z][\w /-]+?):\s+([\d.]+)[sK]?$/gm)].map(([, label = '', value]) => [
      label,
      Number(value),
    ]),
  );
}

function median(values: readonly number[]): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;
}

if (import.meta.main) {
  const named = process.argv.slice(2);
  const names = named.length > 0 ? named : ['client', 'openapi-fetch', 'job'];
  for (const { name, types, instantiations, checkSeconds, totalSeconds, megabytes } of measureTypes(names))
    console.log(
      `${name.padEnd(15)} ${types} types   ${instantiations} instantiations   checked in ${checkSeconds.toFixed(2)} s   ${totalSeconds.toFixed(2)} s in all   ${megabytes} MB`,
    );
}
