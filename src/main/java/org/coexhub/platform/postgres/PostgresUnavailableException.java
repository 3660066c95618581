package org.coexhub.platform.postgres;

/** The database that comes with the hub cannot be started; the message says why and what to do, in one line. */
public final class PostgresUnavailableException extends RuntimeException {

    PostgresUnavailableException(String message) {
        super(message);
    }

    PostgresUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
