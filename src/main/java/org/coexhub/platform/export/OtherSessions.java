package org.coexhub.platform.export;

import org.coexhub.platform.files.NotDoneException;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/**
 * A look for sessions of a hub in a database: those of its user, and those that say so. A hub keeps some open for as long as
 * it lives.
 */
final class OtherSessions {

    /** What sessions of an export or import call themselves. */
    static final String OWN_NAME = "coexistence-hub export";

    /** Others' names are told to everybody, unlike what they do. */
    private static final String COUNT =
            """
            SELECT count(*) FROM pg_stat_activity
            WHERE datname = current_database() AND pid <> pg_backend_pid() AND application_name <> ?
                AND (usename = current_user OR application_name = ?)
            """;

    /** What a hub calls its sessions, see StoreConfiguration. */
    private static final String HUB = "coexistence-hub";

    /** For sessions of a hub that has just ended. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(100);

    private OtherSessions() {}

    /** @throws NotDoneException there are some, and they stay */
    static void refuse(Connection database) throws SQLException {
        long began = System.nanoTime();
        long found = count(database);
        while (found > 0 && System.nanoTime() - began < PATIENCE.toNanos()) {
            LockSupport.parkNanos(LOOK.toNanos());
            found = count(database);
        }
        if (found > 0) {
            throw new NotDoneException(
                    "a hub works in the database, or somebody else as its user (%d sessions): stop all nodes and close what else is open, pg_stat_activity says which"
                            .formatted(found));
        }
    }

    private static long count(Connection database) throws SQLException {
        try (var statement = database.prepareStatement(COUNT)) {
            statement.setString(1, OWN_NAME);
            statement.setString(2, HUB);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        }
    }
}
