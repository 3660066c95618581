package org.coexhub.conversation;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2WindowTest extends WindowContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
