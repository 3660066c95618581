package org.coexhub.salesforce.people;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2PersonStoreTest extends PersonStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.h2();
    }
}
