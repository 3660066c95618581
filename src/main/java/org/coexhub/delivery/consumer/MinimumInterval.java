package org.coexhub.delivery.consumer;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** Keeps the attempts of one destination a period apart, those that repeat a failed one included. */
final class MinimumInterval {

    private static final long TICK_NANOS = Duration.ofMillis(100).toNanos();

    private final long period;
    private long next = System.nanoTime();

    MinimumInterval(Duration period) {
        this.period = period.toNanos();
    }

    boolean any() {
        return period > 0;
    }

    /** For the first attempt here, when another node may just have made one. */
    synchronized void after(Duration sinceTheLast) {
        next = Math.max(next, System.nanoTime() + period - sinceTheLast.toNanos());
    }

    /** How long until the next attempt is allowed. */
    synchronized Duration remaining() {
        return any() ? Duration.ofNanos(Math.max(0, next - System.nanoTime())) : Duration.ZERO;
    }

    /**
     * Waits for the turn of this attempt.
     *
     * @return false when {@code closing} became true first
     */
    boolean awaitTurn(BooleanSupplier closing) {
        if (!any()) {
            return true;
        }
        while (!take()) {
            if (closing.getAsBoolean()) {
                return false;
            }
            LockSupport.parkNanos(Math.min(TICK_NANOS, Math.max(1, remaining().toNanos())));
        }
        return true;
    }

    private synchronized boolean take() {
        long now = System.nanoTime();
        if (now - next < 0) {
            return false;
        }
        next = now + period;
        return true;
    }
}
