import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { relative, resolve, sep } from 'node:path';
import { promisify } from 'node:util';

import { Command as Commander } from 'commander';

import { loadConfig } from '../config/config.ts';
import { type ExitCode, exitCodes } from '../exit-codes.ts';
import { loadPacts } from '../pact/pact.ts';
import { baseFor } from '../spec/base.ts';
import { findSpecs } from '../spec/find.ts';
import type { Command, Context } from './command.ts';
import { diffCommand } from './diff.ts';
import { generateCommand } from './generate.ts';
import { impactCommand } from './impact.ts';
import { lintCommand } from './lint.ts';
import { verifyCommand } from './verify.ts';
import { versionCommand } from './version.ts';

/** `check [SPEC...] --base REVISION`: everything that a changed contract has to pass, one after the other. */
export const checkCommand: Command = {
  name: 'check',
  register(program, run) {
    program
      .command('check')
      .description(
        'Run lint, diff, impact, version, generate --check and verify, each even when another fails. Exits 1 when one fails.',
      )
      .argument('[specs...]', 'OpenAPI files; all of specs/*/openapi.yaml when none is named')
      .option(
        '--base <revision>',
        'the git revision to compare with; on that revision itself, the last release (tag) before it',
        'main',
      )
      .action((named: string[], { base }: { base: string }) =>
        run(async (context) => {
          const { specs, generate } = await loadConfig(context.cwd);
          const files = named.length > 0 ? named : await findSpecs(context.cwd, specs);
          const codes: ExitCode[] = [];
          for (const file of files) codes.push(...(await checkSpec(file, base, context)));
          if (existsSync(resolve(context.cwd, generate.out)))
            codes.push(await part(generateCommand, ['--check'], context));
          codes.push(await part(verifyCommand, [], context), await stalePacts(context));
          return codes.includes(exitCodes.findings) ? exitCodes.findings : exitCodes.ok;
        }),
      );
  },
};

async function checkSpec(file: string, revision: string, context: Context): Promise<ExitCode[]> {
  const path = relative(context.cwd, resolve(context.cwd, file)).split(sep).join('/');
  const codes = [await part(lintCommand, [path], context)];
  const base = await baseFor(path, revision, context.cwd);
  if ('missing' in base) {
    context.voice.out(`${path}: nothing to compare with: ${base.missing}\n`);
    return codes;
  }
  context.voice.out(`${path}: compared with ${base.name}\n`);
  const both = [`${base.revision}:./${path}`, path];
  codes.push(await part(diffCommand, both, context));
  codes.push(await part(impactCommand, both, context));
  codes.push(await part(versionCommand, [...both, '--check'], context));
  return codes;
}

/** Runs another command as if it had been called by itself. */
async function part(command: Command, argv: readonly string[], context: Context): Promise<ExitCode> {
  context.voice.out(`\n> contract-gate ${[command.name, ...argv].join(' ')}\n`);
  let code: ExitCode = exitCodes.ok;
  const program = new Commander('contract-gate').exitOverride();
  command.register(program, async (action) => {
    code = await action(context);
  });
  await program.parseAsync([command.name, ...argv], { from: 'user' });
  return code;
}

/**
 * Pacts that their tests have written anew since somebody looked at them last: whoever agrees puts them into
 * git's index.
 */
async function stalePacts({ voice, cwd }: Context): Promise<ExitCode> {
  const { pacts: globs } = await loadConfig(cwd);
  const files = (await loadPacts(globs, cwd)).map(({ file }) => file);
  if (files.length === 0) return exitCodes.ok;
  const git = promisify(execFile);
  const changed = await git('git', ['diff', '--name-only', '--', ...files], { cwd })
    .then(({ stdout }) => stdout.trim())
    .catch(() => '');
  if (changed === '') return exitCodes.ok;
  voice.out(
    `error   pact/stale\n  the consumers' tests write pacts that differ from those in git: ${changed.split('\n').join(', ')}\n  hint: Look at the difference, then \`git add\` them.\n`,
  );
  return exitCodes.findings;
}
