-- When an intake's rows were removed, and the sums they had: JSON. The intake itself stays, so that its file is known.
alter table intake add column purged text;
