-- Schema 10, as the migrations make it. Compared in a test; do not edit.

CREATE INDEX batch_due on batch (intake, state, not_before);

CREATE INDEX batch_in_order on batch (intake, state, id);

CREATE INDEX batch_merged on batch (merged_epoch);

CREATE INDEX batch_unmerged on batch (id) where merged_epoch is null;

CREATE INDEX change_due on change (intake, state, kind, target);

CREATE INDEX change_may_arrive on change (may_arrive_until) where may_arrive_until > 0;

CREATE INDEX change_of_row on change (intake, row_no);

CREATE TABLE batch (
  id                integer primary key,
  intake            integer not null references intake (number),
  generation        integer not null,
  position          integer not null,
  external_batch_id text    not null unique,
  state             text    not null check (state in ('sealed', 'submitting', 'submitted', 'unknown', 'settled', 'refused', 'abandoned')),
  provider_batch_id text,
  kid               text    not null,
  records           integer not null,
  -- Of those records, once the batch has ended.
  enrolled          integer not null default 0,
  refused           integer not null default 0,
  attempts          integer not null default 0,
  polls             integer not null default 0,
  not_before        integer not null default 0,
  submitted_at      integer,
  -- Why the provider, or the road to it, said no: JSON.
  reason            text, incomplete integer not null default 0, first_row integer not null default 0, last_row integer not null default 0, moved integer not null default 0, sender text, ended_at integer, merged_epoch integer,
  unique (intake, generation, position)
) strict;

CREATE TABLE batch_digest (
  batch   integer primary key,
  digests blob not null
) strict;

CREATE TABLE batch_record (
  batch        integer primary key references batch (id),
  -- JSON: [row, line, byte offset, byte length, consumer id, card id, masked number] of each.
  packed       blob not null,
  -- 32 bytes each.
  fingerprints blob not null,
  -- JSON: of each null (as its batch), ["enrolled", consumer id, card id], ["refused", null, null, code, message, recoverable]
  -- or ["moved", batch, null, code, message].
  outcomes     blob
) strict;

CREATE TABLE body (
  batch integer primary key references batch (id),
  bytes blob not null
) strict;

CREATE TABLE change (
  id         integer primary key autoincrement,
  intake     integer not null references intake (number),
  -- Null for a card that is not in the file.
  row_no     integer,
  kind       text    not null check (kind in ('update-profile', 'update-card', 'delete-replaced', 'delete-card', 'delete-profile')),
  -- What the request is about: the key of a card, or the half of its consumer followed by zeroes. All changes of one kind and
  -- target are one request.
  target     blob    not null,
  -- The entry of the register that it changes.
  k          blob    not null,
  -- Where the ids of the card stand, as the register had it.
  batch      integer not null,
  place      integer not null,
  -- The groups of fields that are agreed once it is done, one bit each, and the digests of all groups.
  agreed     integer not null,
  d          blob,
  state      text    not null default 'waiting' check (state in ('waiting', 'sending', 'unknown', 'done', 'refused', 'dropped')),
  attempts   integer not null default 0,
  not_before integer not null default 0,
  -- JSON.
  reason     text,
  ended_at   integer
, hashes blob, may_arrive_until integer not null default 0) strict;

CREATE TABLE claim (
  k      blob    primary key,
  intake integer not null
) strict, without rowid;

CREATE TABLE event (
  id        integer primary key autoincrement,
  at        integer not null,
  actor     text    not null,
  action    text    not null,
  intake_id text,
  batch_id  integer,
  detail    text    not null
) strict;

CREATE TABLE intake (
  number         integer primary key,
  id             text    not null unique,
  digest         text    not null,
  programme      text    not null,
  source         text    not null,
  bytes          integer not null,
  format         text    not null,
  batch_size     integer not null,
  reading_digest text    not null,
  state          text    not null check (state in ('reading', 'ready', 'settled')),
  created_at     integer not null,
  -- How far the reading came.
  byte_offset    integer not null default 0,
  line_no        integer not null default 1,
  rows_read      integer not null default 0,
  batches        integer not null default 0,
  rejected       integer not null default 0,
  -- Rows that were searched for duplicates; sending needs it to equal rows_read.
  rows_searched  integer
, purged text, environment text, epoch integer not null default 0, claimed integer not null default 0, adopted integer not null default 0, variant text, missing integer) strict;

CREATE TABLE kept_ids (
  batch integer primary key,
  ids   blob not null
) strict;

CREATE TABLE lineage (
  id      integer primary key check (id = 1),
  ledger  blob    not null,
  serial  integer not null,
  -- Whether this is a copy that nobody has adopted.
  is_copy integer not null default 0
, rewound integer not null default 0, in_doubt integer not null default 0, former_ids text not null default '') strict;

CREATE TABLE number (i integer primary key) strict;

CREATE TABLE opt_out (
  k  blob    primary key,
  at integer not null
) strict, without rowid;

CREATE TABLE register (
  k     blob    primary key,
  batch integer not null,
  place integer not null,
  state integer not null,
  d     blob    not null
) strict, without rowid;

CREATE TABLE register_head (
  id             integer primary key check (id = 1),
  epoch          integer not null,
  -- The last epoch that no batch made: an import, an erasure.
  other_epoch    integer not null default 0,
  environment    text,
  programme      text,
  key_check      blob,
  digest_version integer
) strict;

CREATE TABLE rejection (
  intake               integer not null references intake (number),
  row_no               integer not null,
  line_no              integer not null,
  byte_offset          integer not null,
  byte_length          integer not null,
  external_consumer_id text,
  external_card_id     text,
  errors               text    not null,
  primary key (intake, row_no)
) strict, without rowid;

CREATE TABLE runner (
  id        integer primary key check (id = 1),
  fence     integer not null,
  host      text,
  pid       integer,
  command   text,
  since     integer,
  heartbeat integer
, instruction text check (instruction in ('pause', 'stop')), paused_until integer not null default 0, process_id text, machine text) strict;

CREATE TABLE seen (
  intake integer not null,
  step   integer not null,
  keys   blob    not null,
  identities blob not null,
  lines  blob    not null,
  primary key (intake, step)
) strict;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE sqlite_stat1(tbl,idx,stat);

CREATE TABLE twin (
  batch  integer primary key,
  keys   blob not null,
  hashes blob not null
) strict;

CREATE TABLE unsent (
  intake               integer not null references intake (number),
  row_no               integer not null,
  line_no              integer not null,
  byte_offset          integer not null,
  byte_length          integer not null,
  external_consumer_id text    not null,
  external_card_id     text    not null,
  reason               text    not null,
  detail               text    not null,
  primary key (intake, row_no)
) strict, without rowid;

CREATE TABLE unsent_sum (
  intake integer not null references intake (number),
  reason text    not null,
  origin text    not null,
  rows   integer not null,
  primary key (intake, reason, origin)
) strict, without rowid;

CREATE TABLE withdrawal (
  intake     integer not null,
  row_no     integer not null,
  batch      integer not null,
  reason     text    not null,
  leaves     integer not null,
  first_line integer,
  other      integer,
  primary key (intake, row_no)
) strict, without rowid;

CREATE TRIGGER event_is_not_deleted before delete on event begin select raise(abort, 'the audit trail is append-only'); end;

CREATE TRIGGER event_is_not_updated before update on event begin select raise(abort, 'the audit trail is append-only'); end;
