import { defined } from '@enrollkit/base';
import type { PipelineSettings } from '@enrollkit/pipeline';
import type { Config } from './schema.ts';

/** Which failures are tolerated. */
export function toleratedOf({
  toleratedCount,
  toleratedPercent,
}: Config['limits']): PipelineSettings['tolerated'] {
  return defined<PipelineSettings['tolerated']>({ count: toleratedCount, percent: toleratedPercent });
}
