package org.coexhub.delivery.operation;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresOperationStoreTest extends OperationStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
