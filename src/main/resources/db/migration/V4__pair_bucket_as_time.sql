-- A bucket is kept as the time at which it is full again, and nothing else. What was in those of before is not known
-- here: they are taken for full, and where one was not, Meta's refusal makes the message wait.
DELETE FROM pair_bucket;
ALTER TABLE pair_bucket DROP COLUMN state;
