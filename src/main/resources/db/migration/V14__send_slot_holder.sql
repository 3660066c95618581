-- The slot that is kept for a command is looked for in each of its turns; a number may have a thousand.
CREATE INDEX send_slot_holder ON send_slot (holder);
