package org.coexhub.inbound.eventlog;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresEventLogTest extends EventLogContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
