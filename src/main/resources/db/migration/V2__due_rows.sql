-- Rows that are work have the same columns everywhere: see DueRows.
--   due_at      not taken before, by the clock of the node that looks; a node that takes a row moves it on
--   held_until  until then a node has it in hand, by the database's clock; null: nobody has
--   tries       how often it was taken

ALTER TABLE media ADD COLUMN held_until TIMESTAMP WITH TIME ZONE;

ALTER TABLE chatwoot_reply ADD COLUMN held_until TIMESTAMP WITH TIME ZONE;

ALTER TABLE bulk RENAME COLUMN claimed_until TO held_until;
ALTER TABLE bulk ALTER COLUMN held_until DROP NOT NULL;
ALTER TABLE bulk ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
ALTER TABLE bulk ADD COLUMN due_at TIMESTAMP WITH TIME ZONE; -- when it begins or was cancelled, at first
UPDATE bulk SET due_at = COALESCE(cancelled_at, begins_at);
ALTER TABLE bulk ALTER COLUMN due_at SET NOT NULL;

ALTER TABLE template_sync RENAME COLUMN next_at TO due_at;
ALTER TABLE template_sync RENAME COLUMN taken_at TO held_until;
ALTER TABLE template_sync ADD COLUMN tries INTEGER NOT NULL DEFAULT 0;
