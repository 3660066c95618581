-- What messages cost: one row per message of the business, and per participant in a group. Statuses only ever raise it.
CREATE TABLE cost_entry (
    id         VARCHAR(1024) PRIMARY KEY,     -- wamid, in a group <wamid>:<participant>
    number_id  VARCHAR(256),
    stage      VARCHAR(16) NOT NULL,          -- none, sent, failed, delivered
    at         TIMESTAMP WITH TIME ZONE,      -- first time it was told to be in this stage, by Meta's clock ...
    on_day     DATE,                          -- ... and its day in UTC
    category   VARCHAR(64),                   -- Meta's words of the price; null until told
    type       VARCHAR(64),
    model      VARCHAR(64),
    billable   BOOLEAN,
    priced_by  INT NOT NULL DEFAULT 0,        -- rank of the status that told the price; the highest counts
    source     VARCHAR(16),                   -- of the command; null while none is known
    app        BOOLEAN NOT NULL DEFAULT FALSE, -- echoed, so typed by a person in the App
    charge     VARCHAR(16)                    -- billed, free, pending, failed, unpriced; null: nothing to count yet
);
CREATE INDEX cost_entry_day ON cost_entry (on_day, number_id);

-- Messages that were not sent, and so not paid: one row each.
CREATE TABLE cost_saving (
    id        VARCHAR(1024) PRIMARY KEY,
    on_day    DATE NOT NULL,
    number_id VARCHAR(256) NOT NULL,
    cause     VARCHAR(16) NOT NULL            -- takeover, repeat
);
CREATE INDEX cost_saving_day ON cost_saving (on_day, number_id);
