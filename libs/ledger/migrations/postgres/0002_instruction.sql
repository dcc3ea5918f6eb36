-- What a person tells whoever holds the lock; forgotten when it changes hands.
alter table runner add column told text check (told in ('pause', 'stop'));
