package org.coexhub.platform.broker;

/** Thrown when nothing can be stored now: the broker is gone, its disk is full, or it did not confirm in time. */
public final class BrokerUnavailable extends RuntimeException {

    public BrokerUnavailable(String message, Throwable cause) {
        super(message, cause);
    }

    public BrokerUnavailable(String message) {
        super(message);
    }
}
