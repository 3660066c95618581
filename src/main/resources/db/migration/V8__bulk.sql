-- One request to send to many. Its rows become commands a few at a time.
CREATE TABLE bulk (
    id              VARCHAR(36) PRIMARY KEY,
    idempotency_key VARCHAR(255) NOT NULL UNIQUE,
    body_hash       VARCHAR(64) NOT NULL,     -- SHA-256 of the request
    number_id       VARCHAR(64) NOT NULL,
    message         VARCHAR NOT NULL,         -- what each row sends, with places for its variables; JSON in ASCII
    rows_given      INT NOT NULL,
    begins_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    accepted_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    cancelled_at    TIMESTAMP WITH TIME ZONE,
    closed_at       TIMESTAMP WITH TIME ZONE, -- nothing left to become a command or to leave the send queue
    claimed_until   TIMESTAMP WITH TIME ZONE NOT NULL -- until then one node releases its rows
);
CREATE INDEX bulk_open ON bulk (closed_at, begins_at);

-- A row is released before its command is made: the command's idempotency key is <bulk>:<row>, so after a crash in
-- between the same command is made, and only once.
CREATE TABLE bulk_row (
    bulk_id    VARCHAR(36) NOT NULL,
    row_no INT NOT NULL,                  -- counted from 1
    recipient  VARCHAR NOT NULL,              -- recipient and variables; JSON in ASCII
    state      VARCHAR(12) NOT NULL,          -- waiting, released, passed (no longer on the send queue), refused, cancelled
    command_id VARCHAR(36),
    fault      VARCHAR(2000),
    PRIMARY KEY (bulk_id, row_no)
);
CREATE INDEX bulk_row_state ON bulk_row (bulk_id, state, row_no);
