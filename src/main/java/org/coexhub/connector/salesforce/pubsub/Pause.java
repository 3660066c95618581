package org.coexhub.connector.salesforce.pubsub;

import java.time.Duration;

/** The pause between two attempts: twice as long each time, up to half a minute. For one thread. */
final class Pause {

    private static final Duration FIRST = Duration.ofMillis(250);
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private final StopSignal signal;
    private Duration length = FIRST;

    Pause(StopSignal signal) {
        this.signal = signal;
    }

    /** How long the next one is. */
    Duration length() {
        return length;
    }

    void take() {
        signal.await(length);
        Duration doubled = length.multipliedBy(2);
        length = doubled.compareTo(LONGEST) > 0 ? LONGEST : doubled;
    }

    void reset() {
        length = FIRST;
    }
}
