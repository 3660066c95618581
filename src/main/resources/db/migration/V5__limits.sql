-- What each business number may send, as Meta told it; rates are in docs/settings.md.
CREATE TABLE number_limit (
    number_id       VARCHAR(64) PRIMARY KEY,
    per_second      INTEGER NOT NULL,         -- messages in any second; also how many slots the number has
    coexistence     BOOLEAN,                  -- also in the App; null until Graph has told
    throughput      VARCHAR(64),              -- Meta's word for the number's rate
    quality         VARCHAR(64),              -- Meta's word for how customers take its messages
    messaging_limit VARCHAR(64),              -- customers outside windows in 24 hours, Meta's word; of the whole portfolio
    asked_at        TIMESTAMP WITH TIME ZONE  -- when a node last set out to ask Graph; null for never
);

-- One row for each message that a number may have in one second. A slot is taken by one command at a time, and rests
-- for a second after Meta's answer.
CREATE TABLE send_slot (
    number_id  VARCHAR(64) NOT NULL,
    slot       INTEGER NOT NULL,
    free_at    TIMESTAMP WITH TIME ZONE NOT NULL, -- may be used from then on
    holder     VARCHAR(36),                   -- command that has it, or for which it is kept
    held_until TIMESTAMP WITH TIME ZONE,      -- a holder that has not reported back by then is taken for dead
    PRIMARY KEY (number_id, slot)
);
CREATE INDEX send_slot_free ON send_slot (number_id, free_at);

-- Token bucket of a number and a recipient, in Bucket4j's own form; a missing one is full.
CREATE TABLE pair_bucket (
    pair       VARCHAR(400) PRIMARY KEY,      -- <phone number id>:<recipient>
    state      ${bytes},
    full_at    TIMESTAMP WITH TIME ZONE NOT NULL -- not before then the row can go
);
CREATE INDEX pair_bucket_full ON pair_bucket (full_at);

-- Messaging limit of a portfolio, as webhooks tell it, kept with each account that named it.
CREATE TABLE messaging_limit (
    waba_id    VARCHAR(256) PRIMARY KEY,
    tier       VARCHAR(64) NOT NULL,          -- TIER_250, TIER_2K, ... or a figure
    told_at    TIMESTAMP WITH TIME ZONE NOT NULL
);

-- The line in which commands wait for a slot of their number.
CREATE INDEX command_line ON command (phone_number_id, waits_for, seq);
