package org.coexhub.send.limit;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresLimitsTest extends LimitsContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
