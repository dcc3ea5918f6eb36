import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';

/**
 * What the durable peer writes down about one batch: one commit before it is sent, one for the receipt, one
 * for the results.
 */
export interface PeerJournal {
  begun(externalBatchId: string, rows: readonly Record<string, string>[]): void;
  accepted(externalBatchId: string, batchId: string): void;
  ended(externalBatchId: string, statuses: readonly string[]): void;
}

/**
 * The journal as a script would keep it: a row for each record in a SQLite file, durable, and nothing else.
 */
export function openJournal(folder: string): PeerJournal {
  const file = new DatabaseSync(join(folder, 'peer.db'));
  file.exec(`pragma journal_mode = wal; pragma synchronous = full;
    create table batch (id text primary key, provider_id text) strict;
    create table record (batch text not null, position integer not null, consumer text not null, card text not null,
      status text, primary key (batch, position)) strict, without rowid;`);
  const addBatch = file.prepare('insert into batch (id) values (?)');
  const addRecord = file.prepare('insert into record (batch, position, consumer, card) values (?, ?, ?, ?)');
  const accept = file.prepare('update batch set provider_id = ? where id = ?');
  const end = file.prepare('update record set status = ? where batch = ? and position = ?');
  const committed = (change: () => void): void => {
    file.exec('begin immediate');
    change();
    file.exec('commit');
  };
  return {
    begun: (id, rows) =>
      committed(() => {
        addBatch.run(id);
        for (const [position, row] of rows.entries())
          addRecord.run(id, position, row['externalConsumerId'] ?? '', row['externalCardId'] ?? '');
      }),
    accepted: (id, batchId) => committed(() => void accept.run(batchId, id)),
    ended: (id, statuses) =>
      committed(() => {
        for (const [position, status] of statuses.entries()) end.run(status, id, position);
      }),
  };
}
