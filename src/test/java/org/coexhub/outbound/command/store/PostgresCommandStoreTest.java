package org.coexhub.outbound.command.store;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresCommandStoreTest extends CommandStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
