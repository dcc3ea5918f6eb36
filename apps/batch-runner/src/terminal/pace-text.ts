import type { PipelineSettings } from '@enrollkit/pipeline';
import { duration } from './format.ts';

/** How long requests take, and by what: the rate, or the hours at which they are sent. */
export function paceText(
  durationMs: number,
  { requestsPerSecond, times }: Pick<PipelineSettings, 'requestsPerSecond' | 'times'>,
): string {
  const takes = Number.isFinite(durationMs) ? duration(durationMs / 1_000) : 'more than 14 days';
  const by =
    times === undefined
      ? `at ${requestsPerSecond} a second`
      : 'from now on by sending.window and sending.rates';
  return `${takes} ${by}`;
}
