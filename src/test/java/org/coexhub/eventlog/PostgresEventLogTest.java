package org.coexhub.eventlog;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresEventLogTest extends EventLogContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
