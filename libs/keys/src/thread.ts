import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Up to this many rounds of key derivation, about 20 ms of work, a file is opened on the calling thread. */
export const FEW_ROUNDS = 20_000;

/**
 * Runs a module of this folder, named without its ending, on a thread of its own, which ends with it.
 * Resolves to the message that the module posts.
 */
export async function onThread<Result>(module: string, workerData: object): Promise<Result> {
  const worker = new Worker(new URL(`./${module}${extname(import.meta.url)}`, import.meta.url), {
    workerData,
  });
  try {
    return await new Promise<Result>((resolve, reject) => {
      worker
        .once('message', resolve)
        .once('error', reject)
        .once('exit', () => {
          reject(new Error('the thread that opens the key file ended too early'));
        });
    });
  } finally {
    await worker.terminate();
  }
}
