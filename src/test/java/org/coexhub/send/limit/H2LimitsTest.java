package org.coexhub.send.limit;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2LimitsTest extends LimitsContract {

    @Override
    DataSource database() {
        return TestDatabase.h2();
    }
}
