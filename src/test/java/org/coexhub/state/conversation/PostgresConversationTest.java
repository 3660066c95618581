package org.coexhub.state.conversation;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresConversationTest extends ConversationContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
