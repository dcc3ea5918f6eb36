-- Of a change of a contact: the hashes of the e-mail address and the mobile number that the consumer has once it is done, as in twin.
alter table change add column hashes bytea;
