package org.coexhub.template;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresTemplateSyncTest extends TemplateSyncContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
