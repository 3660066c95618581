package org.coexhub.sandbox.salesforce;

import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** A simulated org with a clock that stands still, and a client that is logged in. */
abstract class SimulatedSalesforceFixture {
    static final String DATA = SalesforceClient.DATA;

    private final AtomicReference<Instant> now =
            new AtomicReference<>(Instant.parse("2026-11-20T09:00:00Z"));
    final SimulatedSalesforce salesforce = new SimulatedSalesforce(now::get);
    final SimulatedOrg org = salesforce.org();
    final SalesforceClient client = new SalesforceClient(salesforce);

    @BeforeEach
    void connect() throws Exception {
        salesforce.start(0, 0);
        client.login();
    }

    @AfterEach
    void disconnect() {
        salesforce.close();
    }

    void pass(Duration time) {
        now.updateAndGet(at -> at.plus(time));
    }
}
