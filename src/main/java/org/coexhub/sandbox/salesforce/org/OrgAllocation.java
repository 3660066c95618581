package org.coexhub.sandbox.salesforce.org;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/** Counts the API calls that the org has had in the last 24 hours, and knows how many it may have. */
public final class OrgAllocation {
    private static final Duration WINDOW = Duration.ofHours(24);

    private final InstantSource clock;
    private final Deque<Instant> calls = new ArrayDeque<>();
    private int max = 100_000;
    private int ever;

    public OrgAllocation(InstantSource clock) {
        this.clock = clock;
    }

    public synchronized void max(int perDay) {
        max = perDay;
    }

    public synchronized int max() {
        return max;
    }

    /** Counts one call, unless the allocation is used up. */
    public synchronized boolean take() {
        if (used() >= max) {
            return false;
        }
        calls.addLast(clock.instant());
        ever++;
        return true;
    }

    public synchronized int used() {
        Instant oldest = clock.instant().minus(WINDOW);
        while (!calls.isEmpty() && calls.peekFirst().isBefore(oldest)) {
            calls.removeFirst();
        }
        return calls.size();
    }

    public synchronized int ever() {
        return ever;
    }
}
