package org.coexhub.delivery.catalogue;

import org.coexhub.delivery.filter.EventFilter;

import java.time.Duration;

/**
 * What a route file declares of its destination.
 *
 * @param name also names its queues {@code wa.out.<name>} and {@code wa.dlq.<name>}
 * @param concurrency consumers per node; one conversation is with one of them at a time
 * @param batch events per delivery; above 1 the body is a JSON array
 * @param period at most one delivery in this time, repetitions included; zero: as they come
 * @param delay how long each event rests in the queue first; the same for all, so their order stays
 */
public record Destination(
        String name,
        EventFilter filter,
        int concurrency,
        int batch,
        Duration period,
        Duration delay) {

    /** One call at a time, or calls a period apart, are counted over all nodes: only one of them delivers. */
    public boolean oneNodeAtATime() {
        return concurrency == 1 || period.isPositive();
    }
}
