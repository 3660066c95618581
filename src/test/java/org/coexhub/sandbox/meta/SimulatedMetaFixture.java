package org.coexhub.sandbox.meta;

import static org.awaitility.Awaitility.await;

import org.awaitility.core.ConditionFactory;
import org.coexhub.sandbox.meta.account.Pace;
import org.coexhub.sandbox.meta.account.SimulatedAccount;
import org.coexhub.sandbox.phones.SimulatedCustomer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

import java.time.Duration;

/** Simulated Meta with two customers, a hub that records, and a clock that stands still. */
abstract class SimulatedMetaFixture {
    static final String ANA = "447700900123";
    static final String MEI = "JP.31862245907713380964";

    final ManualClock clock = new ManualClock();
    SimulatedMeta meta;
    RecordingHub hub;
    GraphClient graph;

    @BeforeEach
    void connect() throws Exception {
        hub = new RecordingHub("open sesame");
        SimulatedAccount account =
                SimulatedAccount.withSecrets("app secret", "open sesame", "good token");
        meta = new SimulatedMeta(account, clock, Pace.quick());
        meta.add(new SimulatedCustomer("ana", "Ana", ANA, null, null));
        meta.add(new SimulatedCustomer("mei", "Mei", null, MEI, "@mei"));
        meta.start();
        graph = new GraphClient(meta, "good token");
    }

    @AfterEach
    void disconnect() {
        meta.close();
        hub.close();
    }

    void subscribe() throws Exception {
        meta.subscribe(hub.webhook());
    }

    static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(20));
    }
}
