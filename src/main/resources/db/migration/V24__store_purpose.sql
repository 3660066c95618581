-- Whether this is production's or the sandbox's: one row, which the other refuses.
CREATE TABLE store_purpose (
    purpose VARCHAR(16) PRIMARY KEY
);
