package org.coexhub.command;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

import java.util.stream.Stream;

class H2NoCommandStopsTheNextTest extends NoCommandStopsTheNextContract {

    @BeforeAll
    void begin() throws Exception {
        start(Stream.of());
    }

    @AfterAll
    void end() {
        stop();
    }

    /** Each from one of them, in turn. */
    @Override
    Stream<Source> sources(Bad bad) {
        return Stream.of(Source.values()[bad.ordinal() % Source.values().length]);
    }
}
