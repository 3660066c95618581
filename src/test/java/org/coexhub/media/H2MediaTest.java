package org.coexhub.media;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2MediaTest extends MediaContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
