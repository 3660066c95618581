package org.coexhub.platform.store;

import org.coexhub.platform.settings.Purpose;
import org.coexhub.platform.settings.SettingFaultException;
import org.flywaydb.core.api.callback.Callback;
import org.flywaydb.core.api.callback.Context;
import org.flywaydb.core.api.callback.Event;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;

/** The mark in the database that keeps sandbox and production apart: read before anything is migrated, written after. */
final class StorePurpose implements Callback {

    private static final String READ = "SELECT purpose FROM store_purpose";
    private static final String MARK =
            """
            INSERT INTO store_purpose (purpose)
            SELECT ? WHERE NOT EXISTS (SELECT 1 FROM store_purpose)
            """;

    private final Purpose purpose;

    StorePurpose(Purpose purpose) {
        this.purpose = purpose;
    }

    @Override
    public boolean supports(Event event, Context context) {
        return event == Event.BEFORE_MIGRATE || event == Event.AFTER_MIGRATE;
    }

    @Override
    public boolean canHandleInTransaction(Event event, Context context) {
        return true;
    }

    @Override
    public void handle(Event event, Context context) {
        Connection database = context.getConnection();
        try {
            if (event == Event.BEFORE_MIGRATE) {
                check(mark(database));
            } else {
                try (var insert = database.prepareStatement(MARK)) {
                    insert.setString(1, purpose.mark());
                    insert.executeUpdate();
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the mark of the database cannot be read or set", e);
        }
    }

    private void check(String mark) {
        if (!mark.isEmpty() && !mark.equals(purpose.mark())) {
            throw new SettingFaultException(
                    "The database is one of %s, and this is %s: %s"
                            .formatted(mark, purpose.mark(), purpose.remedy()));
        }
    }

    private static String mark(Connection database) throws SQLException {
        try (ResultSet found =
                database.getMetaData()
                        .getTables(null, database.getSchema(), "store_purpose", null)) {
            if (!found.next()) {
                return "";
            }
        }
        try (var read = database.prepareStatement(READ);
                ResultSet row = read.executeQuery()) {
            return row.next() ? row.getString(1) : "";
        }
    }

    @Override
    public String getCallbackName() {
        return "store-purpose";
    }
}
