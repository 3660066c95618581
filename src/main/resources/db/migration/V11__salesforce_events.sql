-- Up to where the events of a Salesforce channel are done, and which node subscribes to it.
CREATE TABLE salesforce_channel (
    channel    VARCHAR(255) PRIMARY KEY,
    replay_id  VARCHAR(255),              -- everything up to and including it is done, base64; null: nothing yet
    moved_at   TIMESTAMP WITH TIME ZONE NOT NULL, -- when that last became so, or was confirmed by a sign of life
    since      TIMESTAMP WITH TIME ZONE NOT NULL, -- events from before are none of the hub's business
    holder     VARCHAR(36),               -- node that subscribes
    held_until TIMESTAMP WITH TIME ZONE,  -- a holder that has not reported back by then is taken for dead
    expired_at TIMESTAMP WITH TIME ZONE,  -- when Salesforce last did not know the position any more
    gap_from   TIMESTAMP WITH TIME ZONE   -- and from when on events may be missing since
);

-- Events that are done, for longer than Salesforce keeps them: positions may change their meaning, ids do not.
CREATE TABLE salesforce_event (
    channel    VARCHAR(255) NOT NULL,
    event_id   VARCHAR(255) NOT NULL,
    done_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (channel, event_id)
);
CREATE INDEX salesforce_event_done ON salesforce_event (done_at);
