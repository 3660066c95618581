package org.coexhub.connector.chatbot;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresTurnStoreTest extends TurnStoreContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
