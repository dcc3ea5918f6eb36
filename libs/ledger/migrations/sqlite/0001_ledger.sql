-- The ledger as first released. Times are milliseconds since 1970-01-01T00:00Z.

create table intake (
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
) strict;

create table batch (
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
  reason            text,
  unique (intake, generation, position)
) strict;

create index batch_in_order on batch (intake, state, id);
create index batch_due on batch (intake, state, not_before);

-- The bytes to send; gone once the batch has ended.
create table body (
  batch integer primary key references batch (id),
  bytes blob not null
) strict;

-- Never a PAN: a masked number and a keyed fingerprint.
create table record (
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

create index record_of_batch on record (batch);

-- Found when the loading ends, emptied as the rows become rejections.
create table duplicate (
  intake     integer not null,
  row_no     integer not null,
  first_line integer not null,
  primary key (intake, row_no)
) strict, without rowid;

-- What became of a record in a batch it has left for a later generation.
create table attempt (
  intake  integer not null,
  row_no  integer not null,
  batch   integer not null,
  code    text,
  message text,
  primary key (intake, row_no, batch)
) strict, without rowid;

create table rejection (
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

-- One row: who writes. The fence grows with every change of hands.
create table runner (
  id        integer primary key check (id = 1),
  fence     integer not null,
  host      text,
  pid       integer,
  command   text,
  since     integer,
  heartbeat integer
) strict;

insert into runner (id, fence) values (1, 0);

create table event (
  id        integer primary key autoincrement,
  at        integer not null,
  actor     text    not null,
  action    text    not null,
  intake_id text,
  batch_id  integer,
  detail    text    not null
) strict;

create trigger event_is_not_updated before update on event begin select raise(abort, 'the audit trail is append-only'); end;
create trigger event_is_not_deleted before delete on event begin select raise(abort, 'the audit trail is append-only'); end;

-- What the planner believes about the large table: no statement may come to walk a whole intake for one batch.
analyze sqlite_schema;
insert into sqlite_stat1 (tbl, idx, stat) values
  ('record', 'record', '1000000 1000000 1'),
  ('record', 'record_of_batch', '1000000 250 250 1');
analyze sqlite_schema;
