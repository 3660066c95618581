package org.coexhub.connector.salesforce.people;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresPersonStoreTest extends PersonStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
