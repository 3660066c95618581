package org.coexhub.state.conversation;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresWindowTest extends WindowContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
