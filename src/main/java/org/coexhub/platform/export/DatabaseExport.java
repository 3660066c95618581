package org.coexhub.platform.export;

import org.coexhub.platform.files.DurableFiles;
import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.files.PartialFolder;
import org.postgresql.PGConnection;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * An export of all rows of a database into a folder, a file of text for each table, which every later PostgreSQL reads.
 *
 * <p><b>Which moment it keeps.</b> All tables are locked against writing before the one snapshot is taken that all are read
 * in: what was committed before is in it, and a hub that starts meanwhile waits and is seen at the end. So nothing is written
 * behind its back that the new database would lack, as long as the old one is left alone afterwards.
 */
final class DatabaseExport {

    /** Whoever writes for longer is at work. */
    private static final String LONGEST_LOCK = "SET LOCAL lock_timeout = '5s'";

    /** In these forms values survive another server's settings; and no setting of its ends a long copy. */
    private static final List<String> FORMS =
            List.of(
                    "SET LOCAL statement_timeout = 0",
                    "SET LOCAL DateStyle = 'ISO, YMD'",
                    "SET LOCAL IntervalStyle = 'postgres'",
                    "SET LOCAL TimeZone = 'UTC'",
                    "SET LOCAL extra_float_digits = 3",
                    "SET LOCAL bytea_output = 'hex'");

    private static final String LOCK_NOT_AVAILABLE = "55P03";

    private final CommandDatabase database;
    private final Migrations migrations;
    private final InstantSource clock;

    DatabaseExport(CommandDatabase database, Migrations migrations, InstantSource clock) {
        this.database = database;
        this.migrations = migrations;
        this.clock = clock;
    }

    /**
     * @param folder new, or empty
     * @return what was written
     */
    ExportManifest into(Path folder) throws IOException, SQLException {
        try (Connection connection = database.source().getConnection()) {
            refuseOthers(connection);
            String schema = schema();
            PartialFolder partial = PartialFolder.begin(folder);
            try {
                ExportManifest manifest = write(connection, schema, partial.path());
                refuseOthers(connection);
                connection.rollback();
                partial.end(ExportManifest.NAME, ExportManifest.LIST.json(manifest));
                return manifest;
            } catch (Exception | Error e) {
                partial.giveUp();
                throw e;
            }
        }
    }

    private void refuseOthers(Connection connection) throws SQLException {
        if (!database.isLocked()) {
            OtherSessions.refuse(connection);
        }
    }

    private String schema() {
        String applied =
                migrations
                        .applied()
                        .orElseThrow(
                                () ->
                                        new NotDoneException(
                                                "%s is no hub's: it has no tables of one"
                                                        .formatted(database.name())));
        if (!migrations.know(applied)) {
            throw new NotDoneException(
                    "%s is of a hub that this one does not know (schema %s): export it with the hub that used it last"
                            .formatted(database.name(), applied));
        }
        return applied;
    }

    private ExportManifest write(Connection connection, String schema, Path folder)
            throws IOException, SQLException {
        StoreTables there = StoreTables.in(connection);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        connection.setAutoCommit(false);
        lock(connection, there);
        for (String form : FORMS) {
            execute(connection, form);
        }
        Instant state = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        var tables = new ArrayList<ExportManifest.Table>();
        for (Map.Entry<String, List<String>> table : there.columns().entrySet()) {
            tables.add(copy(connection, table.getKey(), table.getValue(), folder));
        }
        var sequences = new ArrayList<ExportManifest.Sequence>();
        for (String sequence : there.sequences()) {
            sequences.add(position(connection, sequence));
        }
        return new ExportManifest(
                ExportManifest.FORMAT,
                ExportManifest.class.getPackage().getImplementationVersion(),
                connection.getMetaData().getDatabaseProductVersion(),
                schema,
                purpose(connection),
                state,
                tables,
                sequences);
    }

    /** Before the snapshot, which the first look at a row takes. */
    private static void lock(Connection connection, StoreTables there) throws SQLException {
        try {
            execute(connection, LONGEST_LOCK);
            execute(connection, "LOCK TABLE " + there.list() + " IN SHARE MODE");
        } catch (SQLException e) {
            if (LOCK_NOT_AVAILABLE.equals(e.getSQLState())) {
                throw new NotDoneException(
                        "somebody writes into the database: stop all hubs that use it", e);
            }
            throw e;
        }
    }

    private static ExportManifest.Table copy(
            Connection connection, String table, List<String> columns, Path folder)
            throws IOException, SQLException {
        var rows = new long[1];
        String sql =
                "COPY "
                        + StoreTables.copied(table, columns)
                        + " TO STDOUT (FORMAT text, ENCODING 'UTF8')";
        DurableFiles.Copied copied =
                DurableFiles.write(
                        ExportManifest.file(folder, table),
                        out ->
                                rows[0] =
                                        connection
                                                .unwrap(PGConnection.class)
                                                .getCopyAPI()
                                                .copyOut(sql, out));
        DurableFiles.makePrivate(ExportManifest.file(folder, table));
        return new ExportManifest.Table(table, columns, rows[0], copied.bytes(), copied.sha256());
    }

    private static ExportManifest.Sequence position(Connection connection, String sequence)
            throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT last_value, is_called FROM "
                                        + StoreTables.quoted(sequence))) {
            row.next();
            return new ExportManifest.Sequence(sequence, row.getLong(1), row.getBoolean(2));
        }
    }

    private static String purpose(Connection connection) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT purpose FROM store_purpose")) {
            return row.next() ? row.getString(1) : null;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
