-- Whether the suspension of a number has been told: once per suspension, by whichever node gets there.
ALTER TABLE number_suspension ADD COLUMN told BOOLEAN NOT NULL DEFAULT FALSE;
