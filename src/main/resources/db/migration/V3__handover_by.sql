-- The event in whose answer the bot last asked for people. When it comes again, as after a crash, its answer still counts.
ALTER TABLE conversation ADD COLUMN handover_by VARCHAR(1024);
