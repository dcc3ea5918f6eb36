-- Single requests that change what is enrolled, in the same ledger; who opted out; a file that is the whole of all cardholders.

create table change (
  id         bigint generated always as identity primary key,
  intake     bigint not null references intake (number),
  -- Null for a card that is not in the file.
  row_no     bigint,
  kind       text    not null check (kind in ('update-profile', 'update-card', 'delete-replaced', 'delete-card', 'delete-profile')),
  -- What the request is about: the key of a card, or the half of its consumer followed by zeroes. All changes of one kind and
  -- target are one request.
  target     uuid    not null,
  -- The entry of the register that it changes.
  k          uuid    not null,
  -- Where the ids of the card stand, as the register had it.
  batch      bigint not null,
  place      bigint not null,
  -- The groups of fields that are agreed once it is done, one bit each, and the digests of all groups.
  agreed     bigint not null,
  d          bytea,
  state      text    not null default 'waiting' check (state in ('waiting', 'sending', 'unknown', 'done', 'refused', 'dropped')),
  attempts   bigint not null default 0,
  not_before bigint not null default 0,
  -- JSON.
  reason     text,
  ended_at   bigint
);

create index change_due on change (intake, state, kind, target);
create index change_of_row on change (intake, row_no);

-- A card, or a consumer (the half of its key followed by zeroes), that is never enrolled again without a new consent.
create table opt_out (
  k  uuid    primary key,
  at bigint not null
);

-- What a purge leaves of a batch: JSON of the ids of each enrolled card, null for the others. Without it, nothing could be changed.
create table kept_ids (
  batch bigint primary key,
  ids   bytea not null
);

-- Under which rules it is read, JSON: enrolled anew, the whole of all cardholders, what happens with differences; null for the
-- plain ones. How many cards a full extract lacks.
alter table intake add column variant text;
alter table intake add column missing bigint;
