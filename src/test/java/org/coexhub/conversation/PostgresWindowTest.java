package org.coexhub.conversation;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresWindowTest extends WindowContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
