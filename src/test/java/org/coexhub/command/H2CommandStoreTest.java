package org.coexhub.command;

import javax.sql.DataSource;

class H2CommandStoreTest extends CommandStoreContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
