import { spawnSync } from 'node:child_process';
import { hasProgram } from '@enrollkit/testkit';
import { beforeAll, describe, expect, it } from 'vitest';
import { commandTable } from '../src/command-table.ts';
import { Harness } from './harness.ts';

/** Runs a shell that is installed. */
function shell(name: string, argv: readonly string[], input = ''): string {
  const { stdout, stderr, status } = spawnSync(name, argv, {
    input,
    encoding: 'utf8',
    timeout: 15_000,
  });
  expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const scripts = new Map<string, string>();

beforeAll(async () => {
  const harness = await Harness.open();
  for (const name of ['bash', 'zsh', 'fish']) {
    const { out } = await harness.call('completion', name);
    scripts.set(name, harness.write(`completion.${name}`, out));
  }
  return () => harness.close();
});

/** What bash would offer after these words, of which the last one is being typed. */
function bash(...words: string[]): readonly string[] {
  const script = `source ${scripts.get('bash') ?? ''}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _enrollkit
printf '%s\\n' "\${COMPREPLY[@]}"`;
  return shell('bash', ['--norc', '-c', script, 'bash', 'enrollkit', ...words])
    .trim()
    .split('\n');
}

function fish(line: string): readonly string[] {
  const script = `source ${scripts.get('fish') ?? ''}; complete -C '${line}'`;
  return shell('fish', ['--no-config', '-c', script])
    .trim()
    .split('\n')
    .map((one) => one.split('\t')[0] ?? '');
}

/** What zsh would offer after these words, of which the last one is being typed. */
function zsh(...words: string[]): readonly string[] {
  const script = String.raw`compdef() { }
_describe() { print -rl -- "\${(P@)\${@[-1]}%%:*}" }
_files() { print -r -- FILES }
_message() { }
source ${scripts.get('zsh') ?? ''}
words=("$@"); CURRENT=$#; _enrollkit`.replaceAll('\\$', '$');
  return shell('zsh', ['-f', '-c', script, 'zsh', 'enrollkit', ...words])
    .trim()
    .split('\n');
}

describe('completion in a shell', () => {
  it.skipIf(!hasProgram('bash'))(
    'is offered for every command by bash, with its options and files where they belong',
    () => {
      const all = bash('');
      for (const { name } of commandTable) expect(all).toContain(name.split(' ')[0]);
      expect(bash('ledger', '')).toEqual(expect.arrayContaining(['backup', 'verify', 'adopt', 'compact']));
      expect(bash('--config', 'status', 'ledger', 'ba')).toEqual(['backup']);
      expect(bash('status', '--wa')).toEqual(['--watch']);
      expect(bash('status', '--json', '--int')).toEqual(['--intake']);
      expect(bash('run', '/etc/host')).toContain('/etc/hosts');
      expect(bash('-c', '/etc/host')).toContain('/etc/hosts');
    },
  );

  it.skipIf(!hasProgram('fish'))('is offered for every command by fish', () => {
    const all = fish('enrollkit ');
    for (const { name } of commandTable) expect(all).toContain(name.split(' ')[0]);
    expect(fish('enrollkit ledger ba')).toEqual(['backup']);
    expect(fish('enrollkit --config status ledger ba')).toEqual(['backup']);
    expect(fish('enrollkit status --wa')).toEqual(['--watch']);
  });

  it.skipIf(!hasProgram('zsh'))('is offered for every command by zsh', () => {
    const all = zsh('');
    for (const { name } of commandTable) expect(all).toContain(name.split(' ')[0]);
    expect(zsh('ledger', '')).toEqual(expect.arrayContaining(['backup', 'verify', 'adopt', 'compact']));
    expect(zsh('--config', 'status', 'ledger', 'ba')).toContain('backup');
    expect(zsh('status', '--wa')).toContain('--watch');
    expect(zsh('run', '')).toContain('FILES');
    expect(zsh('-c', '')).toEqual(['FILES']);
  });
});
