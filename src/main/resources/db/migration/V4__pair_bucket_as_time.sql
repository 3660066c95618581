-- A bucket is kept as the time at which it is full again, and nothing else. Those of before were kept for nine minutes
-- after their last message; what else was in them only Bucket4j could tell, so each counts for that message alone. Where
-- a recipient had got more, Meta's refusal makes the next one wait.
UPDATE pair_bucket SET full_at = full_at - INTERVAL '534 seconds';
ALTER TABLE pair_bucket DROP COLUMN state;
