package org.coexhub.chatwoot;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2ChatwootBookTest extends ChatwootBookContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
