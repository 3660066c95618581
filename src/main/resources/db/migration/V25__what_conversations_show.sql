-- How far each number's import of past chats got; written with the events, because a lost last chunk would never reach 100.
CREATE TABLE history_import (
    number_id   VARCHAR(256) PRIMARY KEY,
    phase       INT NOT NULL DEFAULT 0,
    progress    INT NOT NULL DEFAULT 0,       -- percentage, the highest seen
    chunk_at    TIMESTAMP WITH TIME ZONE,     -- receipt of the latest chunk
    declined_at TIMESTAMP WITH TIME ZONE      -- receipt of Meta's word that the business does not share its chats
);
INSERT INTO history_import (number_id, phase, progress, chunk_at)
SELECT number_id, COALESCE(history_phase, 0), history_progress, COALESCE(last_webhook, CURRENT_TIMESTAMP)
FROM business_number WHERE history_progress IS NOT NULL;
ALTER TABLE business_number DROP COLUMN history_phase;
ALTER TABLE business_number DROP COLUMN history_progress;

-- The name in the App's address book, beside the one the customer chose.
ALTER TABLE conversation ADD COLUMN contact_name VARCHAR(512);
ALTER TABLE conversation ADD COLUMN contact_at TIMESTAMP WITH TIME ZONE;
UPDATE conversation SET contact_name =
    (SELECT full_name FROM contact WHERE contact.id = conversation.id AND NOT contact.removed);
ALTER TABLE contact DROP COLUMN full_name;
ALTER TABLE contact DROP COLUMN removed;
ALTER TABLE contact DROP COLUMN changed_at;

-- Takeovers that ended by time before anybody told so are not told now.
UPDATE conversation SET human_until = NULL WHERE human_until < CURRENT_TIMESTAMP;
CREATE INDEX conversation_human ON conversation (human_until);

-- What a message shows: an edit or a deletion names its target, the target the events that have its present content.
ALTER TABLE message ADD COLUMN target VARCHAR(600);
ALTER TABLE message ADD COLUMN completed_by VARCHAR(700);
ALTER TABLE message ADD COLUMN edited_by VARCHAR(700);

-- A suspension that is over stays until an event has told its end.
ALTER TABLE number_suspension ADD COLUMN lifted_at TIMESTAMP WITH TIME ZONE;
