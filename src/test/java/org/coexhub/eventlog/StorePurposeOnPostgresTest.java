package org.coexhub.eventlog;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class StorePurposeOnPostgresTest extends StorePurposeContract {

    @Override
    DataSource migrated() {
        return TestDatabase.postgres();
    }

    @Override
    String bytes() {
        return "BYTEA";
    }
}
