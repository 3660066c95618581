package org.coexhub.cost;

import org.coexhub.command.TestDatabase;

import javax.sql.DataSource;

class PostgresCostLedgerTest extends CostLedgerContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
