-- Many hosts on one ledger: who works on it, under which terms, who sends what, and the one rate of all.

drop table runner;

create table member (
  id        bigint generated always as identity primary key,
  role      text   not null check (role in ('alone', 'visitor', 'feeder', 'worker')),
  host      text   not null,
  pid       bigint not null,
  command   text   not null,
  since     bigint not null,
  heartbeat bigint not null,
  told      text   check (told in ('pause', 'stop')),
  -- The intake it keeps from the others.
  claimed   text   unique,
  -- What it sends under: JSON.
  terms     text
);

-- The last terms that were set, and by whom.
create table terms (
  id     bigint primary key check (id = 1),
  terms  text   not null,
  set_by text   not null
);

-- Which attempt sends a batch that is `submitting`.
create table sending (
  batch bigint primary key references batch (id),
  owner text   not null
);

-- One row: when the next request of all hosts may leave, by the clock of the database; milliseconds since 1970.
create table limiter (
  id         bigint           primary key check (id = 1),
  next_slot  double precision not null,
  held_until double precision not null
);

insert into limiter values (1, 0, 0);
