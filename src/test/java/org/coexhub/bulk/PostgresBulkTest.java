package org.coexhub.bulk;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresBulkTest extends BulkContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
