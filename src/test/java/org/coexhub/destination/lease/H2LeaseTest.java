package org.coexhub.destination.lease;

import org.coexhub.command.TestDatabase;

class H2LeaseTest extends LeaseContract {

    H2LeaseTest() {
        super(TestDatabase.h2());
    }
}
