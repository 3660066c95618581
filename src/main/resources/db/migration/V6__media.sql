-- Media of received and echoed messages: one row per file, written with the event, worked off by whichever node comes first.
CREATE TABLE media (
    id           VARCHAR(256) PRIMARY KEY,    -- Meta's media id
    number_id    VARCHAR(256) NOT NULL,
    conversation VARCHAR(600) NOT NULL,
    wamid        VARCHAR(600) NOT NULL,       -- the message that showed it first
    mime_type    VARCHAR(256),
    file_name    VARCHAR(1024),
    sha256       VARCHAR(128),                -- as the webhook had it, hex or base64
    state        VARCHAR(8) NOT NULL,         -- waiting, stored, lost or expired
    reason       VARCHAR(64),                 -- why it waits still, or is lost
    tries        INTEGER NOT NULL DEFAULT 0,
    due_at       TIMESTAMP WITH TIME ZONE NOT NULL, -- not tried before; while a node is at it, when it counts as crashed
    bytes        BIGINT,
    noted_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    stored_at    TIMESTAMP WITH TIME ZONE
);
CREATE INDEX media_due ON media (state, due_at);
CREATE INDEX media_stored ON media (state, stored_at);
CREATE INDEX media_conversation ON media (conversation);

-- Media uploaded to Meta, so that the same bytes are not uploaded again while Meta keeps them.
CREATE TABLE media_upload (
    number_id   VARCHAR(256) NOT NULL,
    sha256      VARCHAR(64) NOT NULL,         -- hex
    mime_type   VARCHAR(256) NOT NULL,
    media_id    VARCHAR(256) NOT NULL,
    expires_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (number_id, sha256, mime_type)
);
CREATE INDEX media_upload_age ON media_upload (expires_at);
