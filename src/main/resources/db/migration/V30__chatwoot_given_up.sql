-- Replies of agents that will not be sent. The row stays until Chatwoot has been told, and holds up nothing that was written after it.
ALTER TABLE chatwoot_reply ADD COLUMN given_up VARCHAR(1000); -- why; null while it may still be sent
ALTER TABLE chatwoot_reply ADD COLUMN given_up_at TIMESTAMP WITH TIME ZONE;
