-- Single requests that change what is enrolled, in the same ledger; who opted out; a file that is the whole of all cardholders.

create table change (
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
) strict;

create index change_due on change (intake, state, kind, target);
create index change_of_row on change (intake, row_no);

-- A card, or a consumer (the half of its key followed by zeroes), that is never enrolled again without a new consent.
create table opt_out (
  k  blob    primary key,
  at integer not null
) strict, without rowid;

-- What a purge leaves of a batch: JSON of the ids of each enrolled card, null for the others. Without it, nothing could be changed.
create table kept_ids (
  batch integer primary key,
  ids   blob not null
) strict;

-- Under which rules it is read, JSON: enrolled anew, the whole of all cardholders, what happens with differences; null for the
-- plain ones. How many cards a full extract lacks.
alter table intake add column variant text;
alter table intake add column missing integer;
