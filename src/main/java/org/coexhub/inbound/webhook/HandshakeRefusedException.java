package org.coexhub.inbound.webhook;

/** Thrown when a verification request does not name the verify token. */
public final class HandshakeRefusedException extends RuntimeException {

    HandshakeRefusedException() {
        super(
                "handshake refused: mode is not subscribe or the verify token is not the configured"
                        + " one",
                null,
                false,
                false);
    }
}
