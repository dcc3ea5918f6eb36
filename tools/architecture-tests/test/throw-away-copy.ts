import { execFileSync, spawnSync } from 'node:child_process';
import {
  cpSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { root } from '../src/sources.ts';

/** What a command in the copy printed and whether it succeeded. */
export interface Result {
  readonly ok: boolean;
  readonly output: string;
}

/**
 * A copy of the repository's files in which a test may edit anything; its installed packages are the
 * repository's own.
 */
export class ThrowAwayCopy implements Disposable {
  readonly folder = mkdtempSync(join(tmpdir(), 'enrollkit-copy-'));

  constructor() {
    const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
      cwd: root,
      encoding: 'utf8',
    });
    for (const file of files.split('\0').filter((name) => name !== '' && existsSync(join(root, name)))) {
      mkdirSync(join(this.folder, dirname(file)), { recursive: true });
      cpSync(join(root, file), join(this.folder, file));
    }
    this.#linkPackages();
  }

  /** Links every installed package; those of the workspace to their copies. */
  #linkPackages(): void {
    const installed = join(root, 'node_modules');
    const own = join(this.folder, 'node_modules', '@enrollkit');
    mkdirSync(own, { recursive: true });
    for (const name of readdirSync(installed).filter((entry) => entry !== '@enrollkit'))
      symlinkSync(join(installed, name), join(this.folder, 'node_modules', name));
    for (const name of readdirSync(join(installed, '@enrollkit')))
      symlinkSync(readlinkSync(join(installed, '@enrollkit', name)), join(own, name));
    for (const kind of ['apps', 'libs', 'tools'])
      for (const name of readdirSync(join(root, kind))) this.#linkNested(join(kind, name, 'node_modules'));
  }

  #linkNested(folder: string): void {
    if (!existsSync(join(root, folder)) || !lstatSync(join(root, folder)).isDirectory()) return;
    symlinkSync(join(root, folder), join(this.folder, folder));
  }

  /** The text of a file of the copy. */
  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  /** Runs a program of Node in the copy. */
  run(program: string, ...parameters: readonly string[]): Result {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...parameters], {
      cwd: this.folder,
      encoding: 'utf8',
      // Not the variables of this test run: they choose other tests.
      env: { PATH: process.env['PATH'], HOME: this.folder, NO_COLOR: '1' },
    });
    return { ok: status === 0, output: `${stdout}${stderr}` };
  }

  /** Generates everything that is generated from the specs. */
  generate(): Result {
    return this.run('--conditions=@enrollkit/source', 'tools/contract-gate/src/main.ts', 'generate');
  }

  /** Checks the types of the whole repository. */
  checkTypes(): Result {
    return this.run('node_modules/@typescript/native-preview/bin/tsgo', '-p', 'tsconfig.json');
  }

  /** Runs the tests of one file. */
  test(project: string, file: string): Result {
    return this.run('node_modules/vitest/vitest.mjs', 'run', '--project', project, file);
  }

  [Symbol.dispose](): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}
