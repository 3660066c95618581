package org.coexhub.platform.broker;

/** Thrown when nothing can be stored now: the broker is gone, its disk is full, or it did not confirm in time. */
public final class BrokerUnavailableException extends RuntimeException {

    public BrokerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public BrokerUnavailableException(String message) {
        super(message);
    }
}
