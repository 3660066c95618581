package org.coexhub.sandbox.meta.account;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;

/**
 * Meta's two limits of a coexistence number: 20 messages in any second, both directions counted together, and per customer a
 * bucket of 45 messages that refills by one every 6 seconds.
 */
public final class MetaLimits {
    static final int PER_SECOND = 20;
    static final int PAIR_BURST = 45;
    static final Duration PAIR_REFILL = Duration.ofSeconds(6);

    private static final class Bucket {
        private double tokens = PAIR_BURST;
        private Instant filledAt;

        private Bucket(Instant now) {
            filledAt = now;
        }

        private boolean take(Instant now) {
            double earned =
                    (double) Duration.between(filledAt, now).toMillis() / PAIR_REFILL.toMillis();
            tokens = Math.min(PAIR_BURST, tokens + earned);
            filledAt = now;
            if (tokens < 1) {
                return false;
            }
            tokens--;
            return true;
        }
    }

    private final Clock clock;
    private final Deque<Instant> lastSecond = new ArrayDeque<>();
    private final Map<String, Bucket> pairs = new HashMap<>();

    public MetaLimits(Clock clock) {
        this.clock = clock;
    }

    public synchronized void countInbound() {
        lastSecond.addLast(clock.instant());
    }

    /** Takes a place in the current second. A refused attempt is not counted. */
    public synchronized boolean takeThroughput() {
        Instant now = clock.instant();
        Instant secondAgo = now.minusSeconds(1);
        while (!lastSecond.isEmpty() && !lastSecond.peekFirst().isAfter(secondAgo)) {
            lastSecond.removeFirst();
        }
        if (lastSecond.size() >= PER_SECOND) {
            return false;
        }
        lastSecond.addLast(now);
        return true;
    }

    public synchronized boolean takePair(String customerId) {
        Instant now = clock.instant();
        return pairs.computeIfAbsent(customerId, id -> new Bucket(now)).take(now);
    }
}
