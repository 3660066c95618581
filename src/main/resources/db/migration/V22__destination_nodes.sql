-- Where events go is known to all nodes; which of them have the route file, to the table below.
ALTER TABLE destination ADD COLUMN declared_from TIMESTAMP WITH TIME ZONE; -- start of the node whose declaration this is
ALTER TABLE destination ADD COLUMN ended_at TIMESTAMP WITH TIME ZONE;      -- nothing is routed there any more; null: it is
ALTER TABLE destination ADD COLUMN resumes BIGINT NOT NULL DEFAULT 0;      -- orders to resume, for nodes to see a new one
-- Only what a node declares from now on is known to have a file.
UPDATE destination SET ended_at = CURRENT_TIMESTAMP;

-- A destination as one node has it. Rows stay after the node: they tell when its file was last there.
CREATE TABLE destination_node (
    name          VARCHAR(64) NOT NULL,
    node          VARCHAR(64) NOT NULL,
    running       BOOLEAN NOT NULL,         -- false: the node has ended, or has the file no more
    filter        TEXT NOT NULL,            -- as its own file says
    circuit       VARCHAR(16) NOT NULL,
    probe_at      TIMESTAMP WITH TIME ZONE,
    last_error    TEXT,
    last_error_at TIMESTAMP WITH TIME ZONE,
    oldest_at     TIMESTAMP WITH TIME ZONE, -- when the oldest message it has in hand entered the queue
    seen_at       TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (name, node)
);

-- Work that one node at a time does, by the clock of this store.
CREATE TABLE lease (
    name       VARCHAR(128) PRIMARY KEY,
    holder     VARCHAR(36),                 -- null: free
    held_until TIMESTAMP WITH TIME ZONE NOT NULL -- of a free one: since when
);
