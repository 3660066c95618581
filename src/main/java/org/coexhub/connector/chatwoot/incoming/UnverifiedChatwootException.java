package org.coexhub.connector.chatwoot.incoming;

/** Thrown when the caller did not show that it is Chatwoot. */
final class UnverifiedChatwootException extends RuntimeException {

    UnverifiedChatwootException() {
        super("signature or token missing or wrong", null, false, false);
    }
}
