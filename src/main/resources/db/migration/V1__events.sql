-- The event log: every event the hub has ever accepted, once. Its primary key is the claim.
CREATE TABLE event_log (
    id           VARCHAR(1024) PRIMARY KEY,
    owner        UUID NOT NULL,               -- the durable journal message that claimed this event
    batch        BIGINT NOT NULL,             -- router transaction that inserted it ...
    ordinal      INT NOT NULL,                -- ... and its place in there
    type         VARCHAR(64) NOT NULL,
    origin       VARCHAR(16) NOT NULL,
    conversation VARCHAR(600),
    number_id    VARCHAR(256),
    event_time   TIMESTAMP WITH TIME ZONE NOT NULL,
    claimed_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    body         ${bytes}                     -- CloudEvent JSON; null once retention has passed
);
CREATE INDEX event_log_place ON event_log (batch, ordinal);
CREATE INDEX event_log_conversation ON event_log (conversation, batch, ordinal);

CREATE SEQUENCE event_batch START WITH 1 INCREMENT BY 1;

-- Commit order of the batches: written last in each router transaction under the lock of feed_end, so a reader that
-- has seen position n never meets a later-committed batch at or before n.
CREATE TABLE feed_end (one INT PRIMARY KEY, position BIGINT NOT NULL);
INSERT INTO feed_end VALUES (1, 0);
CREATE TABLE feed (position BIGINT PRIMARY KEY, batch BIGINT NOT NULL);

-- Who is who: each identifier of a customer, per business number, leads to one conversation.
CREATE TABLE identity (
    identifier   VARCHAR(600) PRIMARY KEY,
    conversation VARCHAR(600) NOT NULL
);

CREATE TABLE conversation (
    id              VARCHAR(600) PRIMARY KEY,
    number_id       VARCHAR(256) NOT NULL,
    wa_id           VARCHAR(256),
    bsuid           VARCHAR(256),
    username        VARCHAR(160),
    name            VARCHAR(512),
    window_opened   TIMESTAMP WITH TIME ZONE, -- time of the customer's last message
    human_until     TIMESTAMP WITH TIME ZONE, -- bots are silent until then
    human_cause     VARCHAR(64),
    handover_at     TIMESTAMP WITH TIME ZONE, -- time of what last decided who has it
    last_at         TIMESTAMP WITH TIME ZONE,
    recent          TEXT                      -- the last messages as a JSON array, for enrichment
);
CREATE INDEX conversation_last ON conversation (last_at);

-- One row per wamid. A status may come before its message: then origin is 'unknown' until the message arrives.
CREATE TABLE message (
    wamid        VARCHAR(600) PRIMARY KEY,
    conversation VARCHAR(600) NOT NULL,
    origin       VARCHAR(16) NOT NULL,
    type         VARCHAR(4000) NOT NULL,
    sent_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    state        VARCHAR(16),                 -- highest status seen
    state_at     TIMESTAMP WITH TIME ZONE,
    edited_at    TIMESTAMP WITH TIME ZONE,
    revoked_at   TIMESTAMP WITH TIME ZONE
);
CREATE INDEX message_conversation ON message (conversation, sent_at);

CREATE TABLE contact (
    id         VARCHAR(600) PRIMARY KEY,      -- <phone number id>:<identifier>
    number_id  VARCHAR(256) NOT NULL,
    full_name  VARCHAR(512),
    removed    BOOLEAN NOT NULL DEFAULT FALSE,
    marketing  VARCHAR(4000),
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE TABLE business_number (
    number_id     VARCHAR(256) PRIMARY KEY,
    waba_id       VARCHAR(256),
    display       VARCHAR(64),
    last_webhook  TIMESTAMP WITH TIME ZONE,
    last_echo     TIMESTAMP WITH TIME ZONE,
    echo_lag_ms   BIGINT,
    history_phase INT,
    history_progress INT
);

-- What destinations were declared, and counters that survive restarts.
CREATE TABLE destination (
    name          VARCHAR(64) PRIMARY KEY,
    file          VARCHAR(512),
    filter        TEXT NOT NULL,
    paused        BOOLEAN NOT NULL DEFAULT FALSE,
    routed        BIGINT NOT NULL DEFAULT 0,  -- entered the queue by the router
    returned      BIGINT NOT NULL DEFAULT 0,  -- entered the queue by replay
    dead_lettered BIGINT NOT NULL DEFAULT 0
);
