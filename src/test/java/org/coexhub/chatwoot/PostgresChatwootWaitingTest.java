package org.coexhub.chatwoot;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresChatwootWaitingTest extends ChatwootWaitingContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
