package org.coexhub.connector.chatwoot.incoming;

/** Thrown when the caller did not show that it is Chatwoot. */
final class Unverified extends RuntimeException {

    Unverified() {
        super("signature or token missing or wrong", null, false, false);
    }
}
