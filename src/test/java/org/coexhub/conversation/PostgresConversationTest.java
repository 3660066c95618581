package org.coexhub.conversation;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresConversationTest extends ConversationContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
