-- Keys of the mark that only the hub can put on its journal messages. The newest marks; older ones are kept to verify.
CREATE TABLE journal_key (
    id      VARCHAR(36) PRIMARY KEY,
    one     INT UNIQUE,                       -- 1 in the first key of all, so that only one node makes it
    secret  ${bytes} NOT NULL,
    fence   BIGINT NOT NULL,                  -- broker's number of a message when the key was made: lower ones were there before
    made_at TIMESTAMP WITH TIME ZONE NOT NULL
);
