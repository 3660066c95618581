package org.coexhub.cost;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class H2CostLedgerTest extends CostLedgerContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.h2();
    }
}
