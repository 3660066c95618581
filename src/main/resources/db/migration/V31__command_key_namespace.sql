-- An idempotency key counts within its caller's namespace. Keys of an earlier version get the one of the door they came
-- by; '' where that cannot be told, and such a key counts for everybody until it is forgotten. So do all that came by
-- wa.commands: connectors and programs used it alike, and any program may have chosen a key that looks like a connector's.
CREATE TABLE namespaced_key (
    idempotency_key VARCHAR(255) NOT NULL,
    namespace       VARCHAR(255) DEFAULT '' NOT NULL,
    body_hash       VARCHAR(64) NOT NULL,     -- SHA-256 of the canonical JSON
    command_id      VARCHAR(36) NOT NULL,
    created_at      TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (idempotency_key, namespace)
);
INSERT INTO namespaced_key (idempotency_key, namespace, body_hash, command_id, created_at)
SELECT k.idempotency_key,
    CASE
        WHEN c.origin = 'rest' THEN 'api'
        WHEN c.origin = 'chatbot' THEN 'bot'
        WHEN c.origin IN ('bulk', 'hubspot', 'signed') THEN c.origin
        ELSE ''
    END,
    k.body_hash, k.command_id, k.created_at
FROM command_key k LEFT JOIN command c ON c.id = k.command_id;
DROP TABLE command_key;
ALTER TABLE namespaced_key RENAME TO command_key;
CREATE INDEX command_key_created ON command_key (created_at);

-- When that was. What lies in wa.commands since before is of an earlier version.
CREATE TABLE command_key_upgrade (at TIMESTAMP WITH TIME ZONE NOT NULL);
INSERT INTO command_key_upgrade VALUES (CURRENT_TIMESTAMP);
