package org.coexhub.platform.broker;

import java.time.Duration;

/** Marks a message that is put into a queue now and delivered later; until then the broker keeps it. */
public final class ScheduledDelivery {

    /** Message property, in epoch milliseconds. */
    public static final String PROPERTY = "_AMQ_SCHED_DELIVERY";

    private ScheduledDelivery() {}

    /** By the machine's clock and not the hub's, because it is the broker that reads it. */
    public static long in(Duration delay) {
        return System.currentTimeMillis() + delay.toMillis();
    }
}
