package org.coexhub.connector.chatwoot.incoming;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresReplyFileQueueTest extends ReplyFileQueueContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
