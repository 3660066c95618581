package org.coexhub.template;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2TemplateSyncTest extends TemplateSyncContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
