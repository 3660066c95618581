package org.coexhub.chatwoot;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2ChatwootWaitingTest extends ChatwootWaitingContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
