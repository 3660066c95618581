package org.coexhub.outbound.command.signed;

/** Thrown when nobody known signed the request, or not lately; nothing of its body may be believed. */
public final class UnverifiedCommandException extends RuntimeException {

    /** @param fault what is wrong, and what would help; goes back to the caller */
    public UnverifiedCommandException(String fault) {
        super(fault, null, false, false);
    }
}
