-- Conversations that turned out to be another's, of the same person: whoever still names one is led to the one that stays.
CREATE TABLE conversation_merged (
    gone  VARCHAR(600) PRIMARY KEY,
    stays VARCHAR(600) NOT NULL
);
CREATE INDEX conversation_merged_stays ON conversation_merged (stays);
