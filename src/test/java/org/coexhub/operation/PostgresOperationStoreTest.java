package org.coexhub.operation;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresOperationStoreTest extends OperationStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
