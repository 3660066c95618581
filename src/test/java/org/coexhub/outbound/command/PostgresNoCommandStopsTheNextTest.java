package org.coexhub.outbound.command;

import org.coexhub.testing.StandalonePostgres;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.stream.Stream;

class PostgresNoCommandStopsTheNextTest extends NoCommandStopsTheNextContract {

    private StandalonePostgres postgres;

    @BeforeAll
    void begin() throws Exception {
        postgres = new StandalonePostgres();
        start(Stream.of("hub.db.url=" + postgres.url(), "hub.db.user=" + postgres.user()));
    }

    @AfterAll
    void end() throws Exception {
        stop();
        postgres.close();
    }
}
