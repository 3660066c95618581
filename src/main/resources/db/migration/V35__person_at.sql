-- When a person last said something to the customer, by Meta's time; it outlasts the takeover, so that what a bot had
-- queued by then stays silent. The keyword that hands back is no word to the customer.
ALTER TABLE conversation ADD COLUMN person_at TIMESTAMP WITH TIME ZONE;
UPDATE conversation SET person_at = handover_at WHERE human_cause IN ('app_reply', 'agent_reply');
