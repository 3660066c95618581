package org.coexhub.chatbot;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2TurnBookTest extends TurnBookContract {

    @Override
    DataSource database() {
        return TestDatabase.h2();
    }
}
