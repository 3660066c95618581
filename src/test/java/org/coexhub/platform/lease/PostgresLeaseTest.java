package org.coexhub.platform.lease;

import org.coexhub.testing.TestDatabase;

class PostgresLeaseTest extends LeaseContract {

    PostgresLeaseTest() {
        super(TestDatabase.postgres());
    }
}
