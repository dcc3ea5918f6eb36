-- Until when an attempt of a change that got no answer may still arrive. What is open now may have had one.
alter table change add column may_arrive_until integer not null default 0;
create index change_may_arrive on change (may_arrive_until) where may_arrive_until > 0;
