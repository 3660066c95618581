package org.coexhub.outbound.bulk;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresBulkTest extends BulkContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
