import { parentPort, workerData } from 'node:worker_threads';
import { openPkcs12, type Pkcs12Access } from './open-pkcs12.ts';

/** What the thread is started with. */
interface Job {
  readonly bytes: Uint8Array;
  readonly access: Pkcs12Access;
}

const { bytes, access } = workerData as Job;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a port of a thread, not a window
parentPort?.postMessage(openPkcs12(bytes, access));
