package org.coexhub.salesforce.people;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresPersonStoreTest extends PersonStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
