import type { RecordRow } from '@enrollkit/ledger';

/**
 * Whether the provider refused a record. One whose result it never reported may be enrolled all the same:
 * sent again it could be enrolled twice, so that is for a person to say.
 */
export function wasRefused({ code }: Pick<RecordRow, 'code'>): boolean {
  return code !== 'RESULT_MISSING';
}
