package org.coexhub.platform.store;

import org.coexhub.platform.settings.SettingFaultException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * A check that refuses a database which a version before the first release made. Those had other migrations, whose checksums
 * are all that Flyway would speak of.
 */
final class DevelopmentDatabase implements Callback {

    private static final String HISTORY = "flyway_schema_history";

    /** The first migration is called "first release" since then. */
    private static final String OTHER_FIRST_MIGRATION =
            "SELECT 1 FROM "
                    + HISTORY
                    + " WHERE version = '1' AND description <> 'first release' LIMIT 1";

    private final String fault;

    /** @param fault what is said of such a database */
    private DevelopmentDatabase(String fault) {
        this.fault = fault;
    }

    /** The check of the hub's own database. */
    static DevelopmentDatabase in(Path data) {
        return new DevelopmentDatabase(
                "HUB_DATA_DIR (hub.data-dir): %s holds the database of a version before the first release, which this one does not read; nothing in it was changed. Give this hub an empty folder, e.g. ./data2"
                        .formatted(data.toAbsolutePath()));
    }

    /** The check of one that was named. */
    static DevelopmentDatabase at(String address) {
        return new DevelopmentDatabase(
                "HUB_DB_URL (hub.db.url): %s is the database of a version before the first release, which this one does not read; nothing in it was changed. Give this hub an empty one, e.g. by createdb hub2"
                        .formatted(address));
    }

    /** Before the validation of what was applied, which is before any migration. */
    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_VALIDATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        try {
            if (isOne(context)) {
                throw new SettingFaultException(fault);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the history of the database cannot be read", e);
        }
    }

    private static boolean isOne(Context context) throws SQLException {
        var database = context.getConnection();
        try (ResultSet found =
                database.getMetaData().getTables(null, database.getSchema(), HISTORY, null)) {
            if (!found.next()) {
                return false;
            }
        }
        try (var read = database.prepareStatement(OTHER_FIRST_MIGRATION);
                ResultSet row = read.executeQuery()) {
            return row.next();
        }
    }

    @Override
    public String getCallbackName() {
        return "development-database";
    }
}
