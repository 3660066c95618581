package org.coexhub.bulk;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2BulkTest extends BulkContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
