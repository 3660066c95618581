package org.coexhub.platform.files;

/** A backup, restore, export or import that is not done; its message says why, and what to do about it. */
public final class NotDoneException extends RuntimeException {

    public NotDoneException(String message) {
        super(message);
    }

    public NotDoneException(String message, Throwable cause) {
        super(message, cause);
    }
}
