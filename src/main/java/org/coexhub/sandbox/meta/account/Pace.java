package org.coexhub.sandbox.meta.account;

import java.time.Duration;

/**
 * The pace at which simulated Meta does things.
 *
 * @param sent from the accepted send to the status {@code sent}; {@code delivered} and {@code read} each count from the one before
 * @param gather how long updates are collected while batching or reordering is on
 * @param retry delay before the second retry of a webhook (the first is at once); doubles each time up to {@code retryMax}
 * @param webhookTimeout how long the hub may take to answer a webhook
 */
public record Pace(
        Duration sent,
        Duration delivered,
        Duration read,
        Duration gather,
        Duration retry,
        Duration retryMax,
        Duration webhookTimeout) {

    /** Meta retries for 36 hours by the stricter of its two statements, then drops the update. */
    public static final Duration GIVE_UP = Duration.ofHours(36);

    /** Slow enough to watch. */
    public static Pace lively() {
        return new Pace(
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofMillis(1200),
                Duration.ofMillis(900),
                Duration.ofSeconds(1),
                Duration.ofMinutes(1),
                Duration.ofSeconds(10));
    }

    /** As fast as possible, for tests. */
    public static Pace quick() {
        return new Pace(
                Duration.ZERO,
                Duration.ZERO,
                Duration.ZERO,
                Duration.ofMillis(150),
                Duration.ofMillis(50),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2));
    }

    public Duration beforeRetry(int failedAttempts) {
        if (failedAttempts <= 1) {
            return Duration.ZERO;
        }
        int doublings = Math.min(failedAttempts - 2, 20);
        Duration grown = retry.multipliedBy(1L << doublings);
        return grown.compareTo(retryMax) < 0 ? grown : retryMax;
    }
}
