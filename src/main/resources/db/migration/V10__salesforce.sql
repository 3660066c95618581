-- Which record of the org a customer is, so that Salesforce is asked once and not for every message.
CREATE TABLE salesforce_person (
    customer   VARCHAR(600) PRIMARY KEY,      -- digits in the one spelling, or the business-scoped id
    kind       VARCHAR(10) NOT NULL,          -- contact, lead, several or nobody
    record_id  VARCHAR(18),
    account_id VARCHAR(18),
    asked_at   TIMESTAMP WITH TIME ZONE NOT NULL
);
CREATE INDEX salesforce_person_record ON salesforce_person (record_id);
