-- How often a finished batch did not name every record: whoever asks next must know.
alter table batch add column incomplete bigint not null default 0;
