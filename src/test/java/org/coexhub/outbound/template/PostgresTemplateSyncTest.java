package org.coexhub.outbound.template;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresTemplateSyncTest extends TemplateSyncContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
