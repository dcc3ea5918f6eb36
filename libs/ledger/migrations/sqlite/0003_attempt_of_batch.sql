-- To find what has left a batch, without walking through everything that ever left one.
create index attempt_of_batch on attempt (batch);
