package org.coexhub.delivery.failure;

import java.time.Duration;

/**
 * Thrown by a route that knows better than its HTTP status what a failure means: a passing one is tried again with the
 * events in hand, a lasting one goes to the dead letters.
 */
public final class DeliveryFailedException extends RuntimeException {

    private final transient Failure verdict;

    private DeliveryFailedException(Failure verdict) {
        super(verdict.reason(), null, false, false);
        this.verdict = verdict;
    }

    /**
     * @param reason for the operator; never a body
     * @param status HTTP status, or null
     * @param retryAfter how long the other side is to be left alone, five minutes at most, or null
     */
    public static DeliveryFailedException passing(
            String reason, Integer status, Duration retryAfter) {
        Duration wait =
                retryAfter != null && retryAfter.compareTo(Circuit.LONGEST_PAUSE) > 0
                        ? Circuit.LONGEST_PAUSE
                        : retryAfter;
        return new DeliveryFailedException(new Failure(true, reason, status, wait));
    }

    /**
     * For an event that comes too early, while those of other conversations are welcome: it waits in hand, with all that
     * its consumer has, and the destination is not paused.
     *
     * @param reason for the operator; never a body
     * @param status HTTP status, or null
     * @param rest until the next attempt
     */
    public static DeliveryFailedException later(String reason, Integer status, Duration rest) {
        return new DeliveryFailedException(new Failure(true, reason, status, rest, true, false));
    }

    /**
     * For a receiver that wants no more events, or is no longer there: the destination pauses, on all nodes and beyond a
     * restart, as by an operator's order. The event is delivered once somebody resumes it.
     *
     * @param reason for the operator; never a body
     * @param status HTTP status, or null
     */
    public static DeliveryFailedException untilResumed(String reason, Integer status) {
        return new DeliveryFailedException(new Failure(true, reason, status, null, false, true));
    }

    public static DeliveryFailedException lasting(String reason, Integer status) {
        return new DeliveryFailedException(new Failure(false, reason, status, null));
    }

    public boolean passes() {
        return verdict.worthAnotherTry();
    }

    Failure verdict() {
        return verdict;
    }
}
