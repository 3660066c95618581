package org.coexhub.chatbot;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresTurnBookTest extends TurnBookContract {

    @Override
    DataSource database() {
        return TestDatabase.postgres();
    }
}
