import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { keySet } from '@enrollkit/keys';
import { startSimulator, type Simulator, type SimulatorOptions } from '@enrollkit/provider-simulator';
import { runInProcess } from './in-process.ts';
import { startCommand, type Ended, type Running, type Surroundings } from './process.ts';

export type { Ended, Running } from './process.ts';

/** The real command in a folder of its own, in real processes, against a real HTTP server. */
export class Harness {
  readonly folder = mkdtempSync(join(tmpdir(), 'enrollkit-'));
  readonly simulator: Simulator;
  readonly #children = new Set<ChildProcess>();

  private constructor(simulator: Simulator) {
    this.simulator = simulator;
  }

  /** `settings`: YAML sections to add to the config file. */
  static async open(options: SimulatorOptions = {}, settings = ''): Promise<Harness> {
    const harness = new Harness(await startSimulator({ processingMs: 20, ...options }));
    harness.simulator.writeCredentials(harness.folder);
    harness.write(
      'enrollkit.yaml',
      `provider:
  baseUrl: ${harness.simulator.url}
  srcClientId: 11111111-2222-3333-4444-555555555555
  serviceId: BANK#01
  timeoutMs: 3000
signing:
  consumerKey: ${harness.simulator.consumerKey}
  keyFile: signing-key.pem
encryption:
  keySetUrl: ${harness.simulator.keys.url}
${settings}`,
    );
    return harness;
  }

  /** Pins the key that the simulator publishes now, as `enrollkit keys adopt` does. */
  async pinKey(): Promise<void> {
    const { thumbprint } = await keySet({ url: this.simulator.keys.url }).key(this.simulator.keys.kid);
    const config = readFileSync(this.path('enrollkit.yaml'), 'utf8');
    this.write(
      'enrollkit.yaml',
      config.replace('encryption:\n', `encryption:\n  pinnedKeys: ["${thumbprint}"]\n`),
    );
  }

  path(name: string): string {
    return join(this.folder, name);
  }

  write(name: string, text: string): string {
    writeFileSync(this.path(name), text, { mode: 0o600 });
    return this.path(name);
  }

  read(name: string): string {
    return readFileSync(this.path(name), 'utf8');
  }

  /** Starts the command in the harness's folder. */
  start(...argv: string[]): Running {
    return this.startIn({}, ...argv);
  }

  /** The same, in surroundings that are hostile in some way. */
  startIn(surroundings: Partial<Surroundings>, ...argv: string[]): Running {
    const running = startCommand({ folder: this.folder, ...surroundings }, argv);
    this.#children.add(running.process);
    running.process.once('close', () => this.#children.delete(running.process));
    return running;
  }

  /** Runs the command to its end. */
  enrollkit(...argv: string[]): Promise<Ended> {
    return this.start(...argv).ended;
  }

  /** Runs the command to its end in this process; paths in `argv` are absolute. */
  call(...argv: string[]): Promise<Ended> {
    return runInProcess(['--config', this.path('enrollkit.yaml'), ...argv]);
  }

  /** Runs a command that answers JSON. */
  async json<T>(...argv: string[]): Promise<T> {
    const { out } = await this.call('--json', ...argv);
    return JSON.parse(out.trim().split('\n').at(-1) ?? '') as T;
  }

  /** The bytes of every file in the folder but those named. */
  filesBut(...names: readonly string[]): readonly { readonly name: string; readonly bytes: Buffer }[] {
    return readdirSync(this.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && !names.includes(entry.name))
      .map((entry) => ({ name: entry.name, bytes: readFileSync(join(entry.parentPath, entry.name)) }));
  }

  async close(): Promise<void> {
    for (const child of this.#children) child.kill('SIGKILL');
    await this.simulator.close();
    rmSync(this.folder, { recursive: true });
  }
}
