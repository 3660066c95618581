package org.coexhub.conversation;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2ConversationTest extends ConversationContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
