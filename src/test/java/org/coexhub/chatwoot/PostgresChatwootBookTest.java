package org.coexhub.chatwoot;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresChatwootBookTest extends ChatwootBookContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
