package org.coexhub.delivery.replay;

/**
 * Thrown when a stretch of the same replay is still being sent, by this node or another, and nobody knows yet how that
 * ends.
 */
public final class ReplayBusyException extends RuntimeException {
    ReplayBusyException() {
        super("the broker has not finished the stretch that was sent before");
    }
}
