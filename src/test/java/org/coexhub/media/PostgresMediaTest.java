package org.coexhub.media;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresMediaTest extends MediaContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
