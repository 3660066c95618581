-- Echoes that may be of a send whose outcome is not known yet. They are not in the event log: that comes once it is known
-- whose they are. A row goes when the hub turns out to have sent the message itself, or when the event log has it.
CREATE TABLE held_echo (
    wamid        VARCHAR(600) PRIMARY KEY,
    conversation VARCHAR(600) NOT NULL,
    body         ${bytes} NOT NULL,           -- a webhook with nothing but this echo
    received_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    due_at       TIMESTAMP WITH TIME ZONE NOT NULL, -- without word until then a person wrote it
    released_at  TIMESTAMP WITH TIME ZONE     -- a person wrote it: when it was last put back into the journal
);
CREATE INDEX held_echo_conversation ON held_echo (conversation);
