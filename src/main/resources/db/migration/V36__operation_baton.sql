-- The broker's message without which no stretch of a replay is sent; null: there is none yet.
ALTER TABLE operation ADD COLUMN baton VARCHAR(36);
