package org.coexhub.destination.lease;

import org.coexhub.command.TestDatabase;

class PostgresLeaseTest extends LeaseContract {

    PostgresLeaseTest() {
        super(TestDatabase.postgres());
    }
}
