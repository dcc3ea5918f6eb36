import { mayMove, type BatchState } from '@enrollkit/enrollment';
import type { Watch } from './engine.ts';

interface Seen {
  readonly state: BatchState;
  readonly external: string;
}

/**
 * Watches the batches after every commit: each goes only where the table of transitions lets it go, under one
 * id.
 */
export class TransitionWatch {
  readonly complaints: string[] = [];
  #seen = new Map<number, Seen>();

  readonly look: Watch = (file) => {
    const rows = file
      .prepare('select id, state, external_batch_id as external from batch')
      .all() as unknown as readonly (Seen & { readonly id: number })[];
    for (const { id, state, external } of rows) {
      const before = this.#seen.get(id);
      if (before === undefined && state !== 'sealed') this.complaints.push(`batch ${id} began as ${state}`);
      if (before !== undefined && before.state !== state && !mayMove(before.state, state))
        this.complaints.push(`batch ${id} went from ${before.state} to ${state}`);
      if (before !== undefined && before.external !== external)
        this.complaints.push(`batch ${id} changed its id`);
    }
    this.#seen = new Map(rows.map((row) => [row.id, row]));
    const early = file
      .prepare(
        `select count(*) as early from intake where state = 'settled' and exists
          (select 1 from batch where batch.intake = intake.number and batch.state not in ('settled', 'refused', 'abandoned'))`,
      )
      .get();
    if (Number(early?.['early']) > 0)
      this.complaints.push('an intake is settled while one of its batches is open');
  };
}
