-- One bytea a batch in place of a row a record; the register of what was agreed for each card; whose ledger this is.

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
alter table intake add column epoch bigint not null default 0;
-- Whether its records are claimed: nobody else will send them.
alter table intake add column claimed bigint not null default 0;
-- Whether it was adopted while it was read: what it seals may have been sent.
alter table intake add column adopted bigint not null default 0;
update intake set claimed = 1 where state <> 'reading';

alter table batch add column first_row bigint not null default 0;
alter table batch add column last_row bigint not null default 0;
-- Records that have left it for a later generation.
alter table batch add column moved bigint not null default 0;
-- Who recorded the last intent: JSON.
alter table batch add column sender text;
alter table batch add column ended_at bigint;
-- The register's epoch that its outcomes made; null until they are merged.
alter table batch add column merged_epoch bigint;

create index batch_unmerged on batch (id) where merged_epoch is null;
create index batch_merged on batch (merged_epoch);

-- Everything of a batch's records that the ledger keeps: never a PAN.
create table batch_record (
  batch        bigint primary key references batch (id),
  -- JSON: [row, line, byte offset, byte length, consumer id, card id, masked number] of each.
  packed       bytea not null,
  -- 32 bytes each.
  fingerprints bytea not null,
  -- JSON: of each null (as its batch), ["enrolled", consumer id, card id], ["refused", null, null, code, message, recoverable]
  -- or ["moved", batch, null, code, message].
  outcomes     bytea
);

insert into batch_record (batch, packed, fingerprints, outcomes)
select batch,
  convert_to(json_agg(json_build_array(row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan) order by row_no)::text, 'UTF8'),
  string_agg(fingerprint, '' order by row_no),
  case when count(outcome) = 0 then null else convert_to(json_agg(outcome order by row_no)::text, 'UTF8') end
from (
  select record.batch, row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan, fingerprint,
    case when batch.state <> 'settled' then null
      when record.state = 'enrolled' then json_build_array('enrolled', provider_consumer_id, provider_card_id)
      else json_build_array('refused', provider_consumer_id, provider_card_id, code, message) end as outcome
  from record join batch on batch.id = record.batch
  union all
  select attempt.batch, row_no, line_no, byte_offset, byte_length, external_consumer_id, external_card_id, masked_pan, fingerprint,
    json_build_array('moved', record.batch, null, attempt.code, attempt.message)
  from attempt join record using (intake, row_no)
) as every group by batch;

update batch set moved = moves.n from (select batch, count(*) as n from attempt group by batch) as moves where moves.batch = batch.id;
update batch set first_row = span.first, last_row = span.last
  from (select batch, min((r.value ->> 0)::bigint) as first, max((r.value ->> 0)::bigint) as last from batch_record, json_array_elements(convert_from(packed, 'UTF8')::json) as r(value) group by batch) as span
  where span.batch = batch.id;
update batch set ended_at = coalesce(submitted_at, 0) where state in ('settled', 'refused', 'abandoned');

drop table attempt;
drop table duplicate;
drop table record;

-- Keys (16 bytes each) and hashes of e-mail, mobile, card number and identity (4 x 8 bytes each), record by record.
create table twin (
  batch  bigint primary key,
  keys   bytea not null,
  hashes bytea not null
);

-- Digests of the six groups of fields (36 bytes each), until the batch is merged.
create table batch_digest (
  batch   bigint primary key,
  digests bytea not null
);

-- Of all rows of a reading step: keys, 16 bytes each, zeroes for a row without one; what the row says of its consumer, hashed
-- to 8 bytes; lines, 4 bytes each.
create table seen (
  intake bigint not null,
  step   bigint not null,
  keys   bytea    not null,
  identities bytea not null,
  lines  bytea    not null,
  primary key (intake, step)
);

-- Rows that are to leave their batches before the intake is ready, or, where `leaves` is 0, that are only told.
create table withdrawal (
  intake     bigint not null,
  row_no     bigint not null,
  batch      bigint not null,
  reason     text    not null,
  leaves     bigint not null,
  first_line bigint,
  other      bigint,
  primary key (intake, row_no)
);

-- Rows that were not sent, because of what is agreed about their cards.
create table unsent (
  intake               bigint not null references intake (number),
  row_no               bigint not null,
  line_no              bigint not null,
  byte_offset          bigint not null,
  byte_length          bigint not null,
  external_consumer_id text    not null,
  external_card_id     text    not null,
  reason               text    not null,
  detail               text    not null,
  primary key (intake, row_no)
);

-- How many rows were not sent, and which intake settled the matter.
create table unsent_sum (
  intake bigint not null references intake (number),
  reason text    not null,
  origin text    not null,
  rows   bigint not null,
  primary key (intake, reason, origin)
);

create table register (
  k     uuid     primary key,
  batch bigint   not null,
  place smallint not null,
  state smallint not null,
  d     bytea    not null
) with (fillfactor = 90);
alter table register alter column d set storage plain;

create table claim (
  k      uuid   primary key,
  intake bigint not null
);

create table register_head (
  id             bigint primary key check (id = 1),
  epoch          bigint not null,
  -- The last epoch that no batch made: an import, an erasure.
  other_epoch    bigint not null default 0,
  environment    text,
  programme      text,
  key_check      bytea,
  digest_version bigint
);
insert into register_head (id, epoch) values (1, 0);

-- Which ledger this is and how often it was written, to notice that it went back in time.
create table lineage (
  id      bigint primary key check (id = 1),
  ledger  bytea    not null,
  serial  bigint not null,
  -- Whether this is a copy that nobody has adopted.
  is_copy bigint not null default 0
);
insert into lineage (id, ledger, serial) values (1, decode(replace(gen_random_uuid()::text, '-', ''), 'hex'), 0);

-- Keys, hashes and digests do not compress, and compressing the rest would cost more than it saves.
alter table batch_record alter column packed set storage external, alter column fingerprints set storage external, alter column outcomes set storage external;
alter table twin alter column keys set storage external, alter column hashes set storage external;
alter table batch_digest alter column digests set storage external;
alter table seen alter column keys set storage external, alter column identities set storage external,
  alter column lines set storage external;

alter table member rename to participant;
alter table participant add column process_id text;
alter table participant add column machine text;
alter table participant rename column told to instruction;
alter table participant drop constraint member_role_check;
update participant set role = case role when 'visitor' then 'operator' when 'feeder' then 'loader' else role end;
alter table participant add constraint participant_role_check check (role in ('alone', 'operator', 'loader', 'worker'));
alter table sending rename to sender;
alter table limiter rename column held_until to paused_until;
alter table rejection rename column faults to errors;
