package org.coexhub.eventlog;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2EventLogTest extends EventLogContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
