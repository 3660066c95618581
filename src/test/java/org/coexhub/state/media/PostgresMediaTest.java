package org.coexhub.state.media;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresMediaTest extends MediaContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
