package org.coexhub.outbound.cost;

import org.coexhub.testing.TestDatabase;

import javax.sql.DataSource;

class PostgresCostLedgerTest extends CostLedgerContract {

    @Override
    DataSource freshDatabase() {
        return TestDatabase.postgres();
    }
}
