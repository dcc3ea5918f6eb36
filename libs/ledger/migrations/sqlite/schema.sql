-- Schema 5, as the migrations make it. Compared in a test; do not edit.

CREATE INDEX attempt_of_batch on attempt (batch);

CREATE INDEX batch_due on batch (intake, state, not_before);

CREATE INDEX batch_in_order on batch (intake, state, id);

CREATE INDEX record_of_batch on record (batch);

CREATE TABLE attempt (
  intake  integer not null,
  row_no  integer not null,
  batch   integer not null,
  code    text,
  message text,
  primary key (intake, row_no, batch)
) strict, without rowid;

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
  reason            text, incomplete integer not null default 0,
  unique (intake, generation, position)
) strict;

CREATE TABLE body (
  batch integer primary key references batch (id),
  bytes blob not null
) strict;

CREATE TABLE duplicate (
  intake     integer not null,
  row_no     integer not null,
  first_line integer not null,
  primary key (intake, row_no)
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
, purged text) strict;

CREATE TABLE record (
  intake               integer not null,
  row_no               integer not null,
  batch                integer not null references batch (id),
  line_no              integer not null,
  byte_offset          integer not null,
  byte_length          integer not null,
  external_consumer_id text    not null,
  external_card_id     text    not null,
  masked_pan           text    not null,
  fingerprint          blob    not null,
  state                text    not null default 'batched' check (state in ('batched', 'enrolled', 'refused', 'abandoned')),
  provider_consumer_id text,
  provider_card_id     text,
  code                 text,
  message              text,
  primary key (intake, row_no)
) strict, without rowid;

CREATE TABLE rejection (
  intake               integer not null references intake (number),
  row_no               integer not null,
  line_no              integer not null,
  byte_offset          integer not null,
  byte_length          integer not null,
  external_consumer_id text,
  external_card_id     text,
  faults               text    not null,
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
, told text check (told in ('pause', 'stop')), held_until integer not null default 0) strict;

CREATE TABLE sqlite_sequence(name,seq);

CREATE TABLE sqlite_stat1(tbl,idx,stat);

CREATE TRIGGER event_is_not_deleted before delete on event begin select raise(abort, 'the audit trail is append-only'); end;

CREATE TRIGGER event_is_not_updated before update on event begin select raise(abort, 'the audit trail is append-only'); end;

-- {"tbl":"record","idx":"record","stat":"1000000 1000000 1"}

-- {"tbl":"record","idx":"record_of_batch","stat":"1000000 250 250 1"}
