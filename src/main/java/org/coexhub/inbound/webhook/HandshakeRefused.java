package org.coexhub.inbound.webhook;

/** A verification request that is not from whom the verify token was given to. */
public final class HandshakeRefused extends RuntimeException {

    HandshakeRefused() {
        super(
                "handshake refused: mode is not subscribe or the verify token is not the configured"
                        + " one",
                null,
                false,
                false);
    }
}
