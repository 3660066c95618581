-- Acts that take long: accepted in a request, done step by step after it, by one node at a time.
CREATE TABLE operation (
    id              VARCHAR(36) PRIMARY KEY,
    kind            VARCHAR(32) NOT NULL,
    name            VARCHAR(64) NOT NULL,    -- the destination, or * for several
    asked_by        VARCHAR(64) NOT NULL,
    request         TEXT NOT NULL,           -- what is asked for, as JSON
    idempotency_key VARCHAR(255),            -- the caller's; null: none
    state           VARCHAR(16) NOT NULL,
    cancel_asked    BOOLEAN NOT NULL DEFAULT FALSE,
    matched         BIGINT NOT NULL DEFAULT 0,
    done            BIGINT NOT NULL DEFAULT 0,
    failed          BIGINT NOT NULL DEFAULT 0,
    place           VARCHAR(64),             -- up to where it is done; null: not begun
    end_place       VARCHAR(64),             -- where it ends, fixed when it begins
    step_place      VARCHAR(64),             -- where the step that is under way ends; null: none is
    step_size       INT,                     -- and how much it does
    started_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    ended_at        TIMESTAMP WITH TIME ZONE,
    reason          VARCHAR(1000),
    UNIQUE (asked_by, idempotency_key)
);
CREATE INDEX operation_started ON operation (started_at);
CREATE INDEX operation_state ON operation (state);

-- What running operations keep to themselves: one at a time for each destination.
CREATE TABLE operation_hold (
    name         VARCHAR(64) PRIMARY KEY,
    operation_id VARCHAR(36) NOT NULL
);
CREATE INDEX operation_hold_operation ON operation_hold (operation_id);
