-- What customers have the hub store: files and bytes of a conversation on one day.
CREATE TABLE media_day (
    conversation VARCHAR(600) NOT NULL,
    utc_day      DATE NOT NULL,
    files        INTEGER NOT NULL DEFAULT 0,
    bytes        BIGINT NOT NULL DEFAULT 0,
    closed       BOOLEAN NOT NULL DEFAULT FALSE, -- a file was put off: those after it wait for the next day as well
    PRIMARY KEY (conversation, utc_day)
);
CREATE INDEX media_day_age ON media_day (utc_day);

-- A file that a customer sent and that no day has counted yet. Imported, echoed and own files are never counted.
ALTER TABLE media ADD COLUMN to_count BOOLEAN DEFAULT FALSE NOT NULL;
