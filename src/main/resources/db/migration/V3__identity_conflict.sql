-- Whom else an identifier has been named for: Meta named it together with one that leads to another conversation, and
-- nothing tells whether both are of one person. The rules before a send ask all of them.
CREATE TABLE identity_conflict (
    identifier   VARCHAR(600) NOT NULL,
    conversation VARCHAR(600) NOT NULL,
    PRIMARY KEY (identifier, conversation)
);
CREATE INDEX identity_conflict_conversation ON identity_conflict (conversation);
