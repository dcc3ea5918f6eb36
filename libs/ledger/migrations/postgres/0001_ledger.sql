-- The ledger as first released. Times are milliseconds since 1970-01-01T00:00Z.

create table intake (
  number         bigint  generated always as identity primary key,
  id             text    not null unique,
  digest         text    not null,
  programme      text    not null,
  source         text    not null,
  bytes          bigint  not null,
  format         text    not null,
  batch_size     bigint  not null,
  reading_digest text    not null,
  state          text    not null check (state in ('reading', 'ready', 'settled')),
  created_at     bigint  not null,
  -- How far the reading came.
  byte_offset    bigint  not null default 0,
  line_no        bigint  not null default 1,
  rows_read      bigint  not null default 0,
  batches        bigint  not null default 0,
  rejected       bigint  not null default 0,
  -- Rows that were searched for duplicates; sending needs it to equal rows_read.
  rows_searched  bigint
);

create table batch (
  id                bigint  generated always as identity primary key,
  intake            bigint  not null references intake (number),
  generation        bigint  not null,
  position          bigint  not null,
  external_batch_id text    not null unique,
  state             text    not null check (state in ('sealed', 'submitting', 'submitted', 'unknown', 'settled', 'refused', 'abandoned')),
  provider_batch_id text,
  kid               text    not null,
  records           bigint  not null,
  -- Of those records, once the batch has ended.
  enrolled          bigint  not null default 0,
  refused           bigint  not null default 0,
  attempts          bigint  not null default 0,
  polls             bigint  not null default 0,
  not_before        bigint  not null default 0,
  submitted_at      bigint,
  -- Why the provider, or the road to it, said no: JSON.
  reason            text,
  unique (intake, generation, position)
);

create index batch_in_order on batch (intake, state, id);
create index batch_due on batch (intake, state, not_before);

-- The bytes to send; gone once the batch has ended.
create table body (
  batch bigint primary key references batch (id),
  bytes bytea not null
);

-- Never a PAN: a masked number and a keyed fingerprint.
create table record (
  intake               bigint  not null,
  row_no               bigint  not null,
  batch                bigint  not null references batch (id),
  line_no              bigint  not null,
  byte_offset          bigint  not null,
  byte_length          bigint  not null,
  external_consumer_id text    not null,
  external_card_id     text    not null,
  masked_pan           text    not null,
  fingerprint          bytea   not null,
  state                text    not null default 'batched' check (state in ('batched', 'enrolled', 'refused', 'abandoned')),
  provider_consumer_id text,
  provider_card_id     text,
  code                 text,
  message              text,
  primary key (intake, row_no)
);

create index record_of_batch on record (batch);

-- Found when the loading ends, emptied as the rows become rejections.
create table duplicate (
  intake     bigint  not null,
  row_no     bigint  not null,
  first_line bigint  not null,
  primary key (intake, row_no)
);

-- What became of a record in a batch it has left for a later generation.
create table attempt (
  intake  bigint  not null,
  row_no  bigint  not null,
  batch   bigint  not null,
  code    text,
  message text,
  primary key (intake, row_no, batch)
);

create table rejection (
  intake               bigint  not null references intake (number),
  row_no               bigint  not null,
  line_no              bigint  not null,
  byte_offset          bigint  not null,
  byte_length          bigint  not null,
  external_consumer_id text,
  external_card_id     text,
  faults               text    not null,
  primary key (intake, row_no)
);

-- One row: who writes. The fence grows with every change of hands.
create table runner (
  id        bigint  primary key check (id = 1),
  fence     bigint  not null,
  host      text,
  pid       bigint,
  command   text,
  since     bigint,
  heartbeat bigint
);

insert into runner (id, fence) values (1, 0);

create table event (
  id        bigint generated always as identity primary key,
  at        bigint  not null,
  actor     text    not null,
  action    text    not null,
  intake_id text,
  batch_id  bigint,
  detail    text    not null
);

create function event_is_append_only() returns trigger language plpgsql as
  $$ begin raise exception 'the audit trail is append-only'; end $$;
create trigger event_is_append_only before update or delete or truncate on event
  for each statement execute function event_is_append_only();

-- Sealed bodies do not compress.
alter table body alter column bytes set storage external;
