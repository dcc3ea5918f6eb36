import { execFile } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import type { Finding, Severity } from '../report/index.ts';

/**
 * Not named `redocly.yaml`: the generator of types would read that one, too, with another version's rules.
 */
const config = fileURLToPath(new URL('../../contract-gate.redocly.yaml', import.meta.url));

const severities: Readonly<Record<string, Severity>> = { error: 'error', warn: 'warning' };

interface RedoclyProblem {
  readonly ruleId: string;
  readonly severity: string;
  readonly message: string;
  readonly location: readonly {
    readonly source: { readonly ref: string };
    readonly pointer?: string;
    readonly start?: { readonly line: number; readonly col: number };
  }[];
}

/** What redocly's linter says about these files, which are relative to `cwd`. Nothing is sent anywhere. */
export async function redoclyFindings(files: readonly string[], cwd: string): Promise<Finding[]> {
  const cli = join(
    dirname(createRequire(import.meta.url).resolve('@redocly/cli/package.json')),
    'bin/cli.js',
  );
  const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
  const output = await new Promise<string>((resolve, reject) => {
    execFile(
      process.execPath,
      [cli, 'lint', '--config', config, '--format', 'json', '--max-problems', '10000', ...files],
      { cwd, env, maxBuffer: 256 * 2 ** 20 },
      (error, stdout, stderr) => {
        if (stdout.trimStart().startsWith('{')) resolve(stdout);
        else reject(new Error(`redocly lint gave no report: ${stderr.slice(0, 2000)}`, { cause: error }));
      },
    );
  });
  return reportsIn(output)
    .flatMap(({ problems }) => problems)
    .map(findingOf);
}

/**
 * One JSON object for each file, one behind the other; only the end of an object stands at the start of a
 * line.
 */
function reportsIn(output: string): { readonly problems: readonly RedoclyProblem[] }[] {
  return output
    .split(/^\}/m)
    .slice(0, -1)
    .map((text) => JSON.parse(`${text}}`) as { problems: readonly RedoclyProblem[] });
}

function findingOf({ ruleId, severity, message, location }: RedoclyProblem): Finding {
  const [first] = location;
  return {
    id: `redocly/${ruleId}`,
    severity: severities[severity] ?? 'info',
    message,
    ...(first === undefined
      ? {}
      : {
          place: { file: first.source.ref, line: first.start?.line ?? 1, column: first.start?.col ?? 1 },
          pointer: (first.pointer ?? '').replace(/^#(?=\/|$)/, ''),
        }),
  };
}
