import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';

/** What one process of the command said and how it ended. */
export interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly out: string;
  readonly err: string;
}

/** A process of the command that has not ended yet. */
export interface Running {
  readonly process: ChildProcess;
  readonly ended: Promise<Ended>;
  /** Everything it has said on standard error so far. */
  readonly said: () => string;
}

/** Where and as whom the command runs. */
export interface Surroundings {
  readonly folder: string;
  /** Options of node itself, before the program. */
  readonly node?: readonly string[];
  /** A program that starts node, like `sh -c 'ulimit ...; exec "$@"' --`. */
  readonly under?: readonly string[];
  /** Variables beside those that every process needs. */
  readonly environment?: Readonly<Record<string, string>>;
  /** Modes of files hold for it also where the tests run as root, whom they would not stop. */
  readonly unprivileged?: boolean;
}

const main = join(import.meta.dirname, '..', 'src', 'main.ts');
/** Takes from root what opens every file. Another user could not enter a checkout that is root's alone. */
const dropping = ['setpriv', '--bounding-set=-dac_override,-dac_read_search'];

/** Starts the real command. */
export function startCommand(
  { folder, node = [], under = [], environment = {}, unprivileged = false }: Surroundings,
  argv: readonly string[],
): Running {
  const [program = process.execPath, ...rest] = [
    ...(unprivileged && process.getuid?.() === 0 ? dropping : []),
    ...under,
    process.execPath,
    ...node,
    '--conditions=@enrollkit/source',
    main,
    ...argv,
  ];
  const child = spawn(program, rest, {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: folder,
      NO_COLOR: '1',
      NODE_COMPILE_CACHE: process.env['NODE_COMPILE_CACHE'],
      ...environment,
    },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (out += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => (err += text));
  const ended = once(child, 'close').then(
    ([code, signal]): Ended => ({
      code: code as number | null,
      signal: signal as NodeJS.Signals | null,
      out,
      err,
    }),
  );
  return { process: child, ended, said: () => err };
}
