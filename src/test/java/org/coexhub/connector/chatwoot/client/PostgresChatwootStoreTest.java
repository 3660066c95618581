package org.coexhub.connector.chatwoot.client;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresChatwootStoreTest extends ChatwootStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
