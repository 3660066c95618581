package org.coexhub.connector.salesforce.pubsub;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresReplayStoreTest extends ReplayStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
