package org.coexhub.salesforce.pubsub;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresReplayStoreTest extends ReplayStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
