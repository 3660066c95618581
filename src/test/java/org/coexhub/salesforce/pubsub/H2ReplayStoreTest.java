package org.coexhub.salesforce.pubsub;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2ReplayStoreTest extends ReplayStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.h2();
    }
}
