package org.coexhub.outbound.send.limit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicLong;

/** What the limits need by the clock; steps of the routes that tick. */
public final class LimitKeeper {

    private final BacklogDispatcher lines;
    private final NumberLimits numbers;
    private final PairBuckets pairs;
    private final InboundCount inbound;
    private final AtomicLong waiting = new AtomicLong();

    LimitKeeper(
            BacklogDispatcher lines,
            NumberLimits numbers,
            PairBuckets pairs,
            InboundCount inbound,
            MeterRegistry meters) {
        this.lines = lines;
        this.numbers = numbers;
        this.pairs = pairs;
        this.inbound = inbound;
        Gauge.builder("hub.send.line", waiting, AtomicLong::get)
                .description("Commands that wait because their number has sent as much as it may")
                .register(meters);
    }

    /** Many times a second: what customers wrote counts, and the next of each line is called up. */
    public void serve() {
        inbound.settle();
        lines.serve();
    }

    /** Every few seconds. */
    public void tidy() {
        numbers.refresh();
        pairs.tidy();
        waiting.set(lines.length());
    }
}
