import { workerData } from 'node:worker_threads';
import { serveSlices } from '../slices/serve.ts';
import { SliceJudge, type SliceJudgePlan } from './slice-judge.ts';

/** What a thread is started with. */
export type JudgeThreadData = SliceJudgePlan;

const judge = new SliceJudge(workerData as JudgeThreadData);

serveSlices((slice) => {
  const answer = judge.judge(slice);
  return answer && { answer, moved: [answer.judged.words.buffer] };
});
