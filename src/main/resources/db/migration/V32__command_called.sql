-- When the latest call to Meta for a command began: the time of its message, however late its outcome is known.
ALTER TABLE command ADD COLUMN called_at TIMESTAMP WITH TIME ZONE;
