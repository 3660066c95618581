-- Which conversation of the hub is which one in Chatwoot.
CREATE TABLE chatwoot_conversation (
    conversation    VARCHAR(600) PRIMARY KEY,
    conversation_id BIGINT NOT NULL UNIQUE,   -- the number by which Chatwoot shows it
    inbox_id        BIGINT NOT NULL,
    seen_id         BIGINT NOT NULL,          -- newest message in it when it was found: the hub's are all newer
    linked_at       TIMESTAMP WITH TIME ZONE NOT NULL
);

-- Which message of WhatsApp is which one in Chatwoot. Written before a message is posted there, so that after a crash
-- in between the hub knows that it has to look before it posts again.
CREATE TABLE chatwoot_message (
    message_key     VARCHAR(600) PRIMARY KEY, -- WhatsApp's message id; of notes the event id
    conversation_id BIGINT,
    message_id      BIGINT,                   -- Chatwoot's; null until it is known
    after_id        BIGINT,                   -- of a message begun: it has a higher id, if it is there
    settles_at      TIMESTAMP WITH TIME ZONE, -- of a message begun: until then the request may still be under way
    status          VARCHAR(16),              -- the last told to Chatwoot, or to be told as soon as the message is there
    detail          VARCHAR(1000),
    noted_at        TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX chatwoot_message_id ON chatwoot_message (message_id);
CREATE INDEX chatwoot_message_newest ON chatwoot_message (conversation_id, message_id);

-- How far the hub has looked for replies of agents whose webhook was lost.
CREATE TABLE chatwoot_watch (
    inbox_id   BIGINT PRIMARY KEY,
    since      TIMESTAMP WITH TIME ZONE NOT NULL, -- nothing older is ever sent
    read_until TIMESTAMP WITH TIME ZONE NOT NULL
);

-- Replies of agents that wait until their files are with Meta, and those written after them in the same conversation.
CREATE TABLE chatwoot_reply (
    message_id      BIGINT PRIMARY KEY,       -- Chatwoot's; within a conversation they are taken in its order
    conversation_id BIGINT NOT NULL,
    body            VARCHAR NOT NULL,         -- the message; JSON in ASCII
    due_at          TIMESTAMP WITH TIME ZONE NOT NULL, -- not tried before; while a node is at it, when it counts as crashed
    tries           INT NOT NULL,
    noted_at        TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX chatwoot_reply_order ON chatwoot_reply (conversation_id, message_id);
