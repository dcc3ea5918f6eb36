import { workerData } from 'node:worker_threads';
import type { PartMaker } from '@enrollkit/enrollment';
import { serveSlices } from '../slices/serve.ts';
import { SlicePreparer, type PreparedSlice, type SlicePlan } from './slice-preparer.ts';

/** What a thread is started with: the plan, and the module that exports the provider's `partOf`. */
export interface PrepareThreadData extends SlicePlan {
  readonly partModule: string;
}

const { partModule, ...plan } = workerData as PrepareThreadData;
const { partOf } = (await import(partModule)) as { readonly partOf: PartMaker };
const preparer = new SlicePreparer(plan, partOf);

serveSlices((slice) => {
  const answer = preparer.prepare(slice);
  return answer && { answer, moved: memoryOf(answer) };
});

/** The memory of an answer: all of it moves, and nothing of it is copied. */
function memoryOf({ prepared: { packed }, bytes }: PreparedSlice): ArrayBuffer[] {
  const { places, digests, parts } = packed;
  const { keys, digests: groups, twins, identities } = digests;
  return [bytes, places, keys, groups, twins, identities, parts?.bytes, parts?.ends].flatMap((of) =>
    of?.buffer instanceof ArrayBuffer ? [of.buffer] : [],
  );
}
