-- How often a finished batch did not name every record, and until when every request is held back: a resume must know.
alter table batch add column incomplete integer not null default 0;
alter table runner add column held_until integer not null default 0;
