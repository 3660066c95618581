package org.coexhub.command;

import javax.sql.DataSource;

class PostgresCommandStoreTest extends CommandStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
