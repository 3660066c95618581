package org.coexhub.outbound.send.limit;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import java.util.concurrent.atomic.AtomicLong;

/** Runs the periodic work on limits. Its methods are steps of the timer routes. */
public final class LimitKeeper {

    private final BacklogDispatcher backlog;
    private final SlotSupply slots;
    private final NumberLimits numbers;
    private final PairBuckets pairs;
    private final InboundCount inbound;
    private final AtomicLong waiting = new AtomicLong();

    LimitKeeper(
            BacklogDispatcher backlog,
            SlotSupply slots,
            NumberLimits numbers,
            PairBuckets pairs,
            InboundCount inbound,
            MeterRegistry meters) {
        this.backlog = backlog;
        this.slots = slots;
        this.numbers = numbers;
        this.pairs = pairs;
        this.inbound = inbound;
        Gauge.builder("hub.send.backlog", waiting, AtomicLong::get)
                .description("Commands that wait because their number has sent as much as it may")
                .register(meters);
    }

    /** Many times a second: what customers wrote counts, and the next commands of each backlog are called up. */
    public void serve() {
        inbound.settle();
        backlog.serve();
    }

    /** Every few seconds. */
    public void tidy() {
        slots.endEndless();
        numbers.refresh();
        pairs.tidy();
        waiting.set(backlog.length());
    }
}
