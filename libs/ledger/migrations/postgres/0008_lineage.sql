-- What became of a ledger that went back in time.

-- Whether a process that knew a later state has said so.
alter table lineage add column rewound bigint not null default 0;
-- Whether it was adopted, and what was sent in the time that was lost is not accounted for.
alter table lineage add column in_doubt bigint not null default 0;
-- The ids it had before it was adopted, in hex, with commas.
alter table lineage add column former_ids text not null default '';
