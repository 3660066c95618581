package org.coexhub.platform.backup;

/** A backup or restore that is not done; its message says why, and what to do about it. */
public final class BackupException extends RuntimeException {

    BackupException(String message) {
        super(message);
    }

    BackupException(String message, Throwable cause) {
        super(message, cause);
    }
}
