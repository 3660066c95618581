package org.coexhub.outbound.send.limit;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresLimitsTest extends LimitsContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
