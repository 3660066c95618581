package org.coexhub.delivery.deadletter;

/**
 * Thrown when another request or node has been going through the same dead letters for minutes, and is not done yet.
 */
public final class LettersBusyException extends RuntimeException {
    LettersBusyException(String destination) {
        super("the dead letters of " + destination + " are being gone through; repeat it later");
    }
}
