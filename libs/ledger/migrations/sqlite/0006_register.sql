-- One blob a batch in place of a row a record; the register of what was agreed for each card; whose ledger this is.

-- What was not sent has left no trace: an input that was being read is read again from its first row.
delete from body where batch in (select batch.id from batch join intake on intake.number = batch.intake where intake.state = 'reading');
delete from record where intake in (select number from intake where state = 'reading');
delete from duplicate;
delete from rejection where intake in (select number from intake where state = 'reading');
delete from batch where intake in (select number from intake where state = 'reading');
update intake set byte_offset = 0, line_no = 1, rows_read = 0, batches = 0, rejected = 0, rows_searched = null where state = 'reading';

-- The provider's base URL; unknown of intakes from before.
alter table intake add column environment text;
-- The register's epoch when its reading began.
alter table intake add column epoch integer not null default 0;
-- Whether its records are claimed: nobody else will send them.
alter table intake add column claimed integer not null default 0;
-- Whether it was adopted while it was read: what it seals may have been sent.
alter table intake add column adopted integer not null default 0;
update intake set claimed = 1 where state <> 'reading';

alter table batch add column first_row integer not null default 0;
alter table batch add column last_row integer not null default 0;
-- Records that have left it for a later generation.
alter table batch add column moved integer not null default 0;
-- Who recorded the last intent: JSON.
alter table batch add column sender text;
alter table batch add column ended_at integer;
-- The register's epoch that its outcomes made; null until they are merged.
alter table batch add column merged_epoch integer;

create index batch_unmerged on batch (id) where merged_epoch is null;
create index batch_merged on batch (merged_epoch);

-- Everything of a batch's records that the ledger keeps: never a PAN.
create table batch_record (
  batch        integer primary key references batch (id),
  -- JSON: [row, line, byte offset, byte length, consumer id, card id, masked number] of each.
  packed       blob not null,
  -- 32 bytes each.
  fingerprints blob not null,
  -- JSON: of each null (as its batch), ["enrolled", consumer id, card id], ["refused", null, null, code, message, recoverable]
  -- or ["moved", batch, null, code, message].
  outcomes     blob
) strict;

insert into batch_record (batch, packed, fingerprints, outcomes)
select batch,
  cast(json_group_array(json_array(row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan) order by row_no) as blob),
  unhex(group_concat(hex(fingerprint), '' order by row_no)),
  case when sum(outcome <> 'null') = 0 then null else cast(json_group_array(json(outcome) order by row_no) as blob) end
from (
  select record.batch, row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan, fingerprint,
    case when batch.state <> 'settled' then 'null'
      when record.state = 'enrolled' then json_array('enrolled', provider_consumer_id, provider_card_id)
      else json_array('refused', provider_consumer_id, provider_card_id, code, message) end as outcome
  from record join batch on batch.id = record.batch
  union all
  select attempt.batch, row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan, fingerprint,
    json_array('moved', record.batch, null, attempt.code, attempt.message)
  from attempt join record using (intake, row_no)
) group by batch;

update batch set moved = moves.n from (select batch, count(*) as n from attempt group by batch) as moves where moves.batch = batch.id;
update batch set first_row = span.first, last_row = span.last
  from (select batch, min(r.value ->> 0) as first, max(r.value ->> 0) as last from batch_record, json_each(cast(packed as text)) as r group by batch) as span
  where span.batch = batch.id;
update batch set ended_at = coalesce(submitted_at, 0) where state in ('settled', 'refused', 'abandoned');

drop table attempt;
drop table duplicate;
drop table record;
delete from sqlite_stat1;

-- Keys (16 bytes each) and hashes of e-mail, mobile, card number and identity (4 x 8 bytes each), record by record.
create table twin (
  batch  integer primary key,
  keys   blob not null,
  hashes blob not null
) strict;

-- Digests of the six groups of fields (36 bytes each), until the batch is merged.
create table batch_digest (
  batch   integer primary key,
  digests blob not null
) strict;

-- Of all rows of a reading step: keys, 16 bytes each, zeroes for a row without one; what the row says of its consumer, hashed
-- to 8 bytes; lines, 4 bytes each.
create table seen (
  intake integer not null,
  step   integer not null,
  keys   blob    not null,
  identities blob not null,
  lines  blob    not null,
  primary key (intake, step)
) strict;

-- Rows that are to leave their batches before the intake is ready, or, where `leaves` is 0, that are only told.
create table withdrawal (
  intake     integer not null,
  row_no     integer not null,
  batch      integer not null,
  reason     text    not null,
  leaves     integer not null,
  first_line integer,
  other      integer,
  primary key (intake, row_no)
) strict, without rowid;

-- Rows that were not sent, because of what is agreed about their cards.
create table unsent (
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

-- How many rows were not sent, and which intake settled the matter.
create table unsent_sum (
  intake integer not null references intake (number),
  reason text    not null,
  origin text    not null,
  rows   integer not null,
  primary key (intake, reason, origin)
) strict, without rowid;

create table register (
  k     blob    primary key,
  batch integer not null,
  place integer not null,
  state integer not null,
  d     blob    not null
) strict, without rowid;

create table claim (
  k      blob    primary key,
  intake integer not null
) strict, without rowid;

create table register_head (
  id             integer primary key check (id = 1),
  epoch          integer not null,
  -- The last epoch that no batch made: an import, an erasure.
  other_epoch    integer not null default 0,
  environment    text,
  programme      text,
  key_check      blob,
  digest_version integer
) strict;
insert into register_head (id, epoch) values (1, 0);

-- Which ledger this is and how often it was written, to notice that it went back in time.
create table lineage (
  id      integer primary key check (id = 1),
  ledger  blob    not null,
  serial  integer not null,
  -- Whether this is a copy that nobody has adopted.
  is_copy integer not null default 0
) strict;
insert into lineage (id, ledger, serial) values (1, randomblob(16), 0);

-- 0 to 1023, to cut blobs into their slots.
create table number (i integer primary key) strict;
insert into number with recursive counted (i) as (select 0 union all select i + 1 from counted where i < 1023) select i from counted;

alter table runner add column process_id text;
alter table runner add column machine text;
alter table runner rename column told to instruction;
alter table runner rename column held_until to paused_until;
alter table rejection rename column faults to errors;
