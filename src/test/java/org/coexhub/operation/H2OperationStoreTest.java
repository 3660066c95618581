package org.coexhub.operation;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2OperationStoreTest extends OperationStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
