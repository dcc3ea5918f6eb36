import { parentPort, workerData } from 'node:worker_threads';
import type { Block } from './format.ts';
import { privateKeyIn } from './private-key.ts';

/** What the thread is started with. */
interface Job {
  readonly block: Block;
  readonly password: string | undefined;
}

const { block, password } = workerData as Job;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
parentPort?.postMessage(privateKeyIn(block, password));
