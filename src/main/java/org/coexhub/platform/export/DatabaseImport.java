package org.coexhub.platform.export;

import org.coexhub.platform.backup.RestoredMark;
import org.coexhub.platform.files.DurableFiles;
import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.settings.DataDirectory;
import org.postgresql.PGConnection;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * An import of an export into a database that nothing is in, with sending held until it is released.
 *
 * <p><b>All or nothing.</b> First the schema is made as it was in the exported database; the hub's next start brings it to
 * its own version, as it would have done there. Then all rows come in one transaction, and last the mark of a restore is
 * written and the transaction committed. A mark in the data directory keeps every hub from starting there from before the
 * first change until after the commit. What an interrupted import leaves is tables without rows, which the next one takes;
 * where only the end was missed, the next one finds the rows and makes it.
 */
final class DatabaseImport {

    /** Of the hub's tables the one in which whoever has used them has left a row. */
    private static final String USED = "store_purpose";

    private static final String NO_TIMEOUT = "SET LOCAL statement_timeout = 0";

    private final CommandDatabase database;
    private final Migrations migrations;
    private final Path data;
    private final InstantSource clock;

    /** @param data the data directory of the hub that will use the database */
    DatabaseImport(
            CommandDatabase database, Migrations migrations, Path data, InstantSource clock) {
        this.database = database;
        this.migrations = migrations;
        this.data = data;
        this.clock = clock;
    }

    /** @param manifest of the folder, whose files were checked */
    void from(Path folder, ExportManifest manifest) throws IOException, SQLException {
        if (!migrations.know(manifest.schema())) {
            throw new NotDoneException(
                    "the export's schema is of version %s, which this hub does not know: import it with the hub that made it (%s) or a newer one"
                            .formatted(manifest.schema(), manifest.hub()));
        }
        if (DataDirectory.isImporting(data) && isWhole(manifest)) {
            markRestored(manifest);
        } else {
            refuseWhereThereIsSomething(manifest.schema());
            DataDirectory.beginImport(data);
            DurableFiles.sync(data);
            migrations.migrateTo(manifest.schema());
            load(folder, manifest);
        }
        DataDirectory.endImport(data);
        DurableFiles.sync(data);
    }

    private void refuseWhereThereIsSomething(String schema) throws SQLException {
        try (Connection connection = database.source().getConnection()) {
            Optional<String> applied = migrations.applied();
            Optional<String> found =
                    applied.isPresent()
                            ? applied.filter(version -> !version.equals(schema))
                                    .map(version -> "tables of a hub (schema " + version + ")")
                            : StoreTables.anything(connection).stream().findFirst();
            if (found.isPresent()) {
                throw notEmpty(found.get());
            }
            if (applied.isPresent()) {
                refuseUsed(connection);
            }
        }
    }

    /** Tables without rows are what an interrupted import leaves. */
    private void refuseUsed(Connection connection) throws SQLException {
        if (count(connection, USED) > 0) {
            throw notEmpty("the data of a hub");
        }
    }

    private NotDoneException notEmpty(String found) {
        return new NotDoneException(
                "%s is not empty, and an import overwrites nothing: it holds %s. Give it an empty one%s"
                        .formatted(
                                database.name(),
                                found,
                                database.isLocked()
                                        ? ", by moving the folder postgres of the data directory"
                                                + " away"
                                        : ", e.g. by createdb hub2"));
    }

    private void load(Path folder, ExportManifest manifest) throws IOException, SQLException {
        try (Connection connection = database.source().getConnection()) {
            connection.setAutoCommit(false);
            execute(connection, NO_TIMEOUT);
            // Two imports at once, and a hub that starts, wait here for each other.
            execute(
                    connection,
                    "LOCK TABLE " + StoreTables.quoted(USED) + " IN ACCESS EXCLUSIVE MODE");
            refuseUsed(connection);
            StoreTables there = StoreTables.in(connection);
            refuseOtherTables(there, manifest);
            // Migrations have put rows into some.
            execute(connection, "TRUNCATE " + there.list());
            for (ExportManifest.Table table : manifest.tables()) {
                copy(connection, folder, table);
            }
            for (ExportManifest.Sequence sequence : manifest.sequences()) {
                setPosition(connection, sequence);
            }
            // A hub that starts on it would plan its first statements blindly.
            execute(connection, "ANALYZE " + there.list());
            markRestored(manifest);
            connection.commit();
        }
    }

    private void markRestored(ExportManifest manifest) throws IOException {
        new RestoredMark(manifest.state(), clock.instant()).write(data);
    }

    private static void refuseOtherTables(StoreTables there, ExportManifest manifest) {
        var given = new TreeMap<String, TreeSet<String>>();
        manifest.tables().forEach(table -> given.put(table.name(), new TreeSet<>(table.columns())));
        var wanted = new TreeMap<String, TreeSet<String>>();
        there.columns().forEach((table, columns) -> wanted.put(table, new TreeSet<>(columns)));
        difference(given, wanted)
                .or(() -> difference(wanted, given))
                .ifPresent(
                        table -> {
                            throw new NotDoneException(
                                    "the export's table %s is not the hub's of schema %s: move what is not the hub's out of the old database, and export again"
                                            .formatted(table, manifest.schema()));
                        });
        var sequences = new TreeSet<String>();
        manifest.sequences().forEach(sequence -> sequences.add(sequence.name()));
        if (!sequences.equals(new TreeSet<>(there.sequences()))) {
            throw new NotDoneException(
                    "the export's sequences are not those of schema " + manifest.schema());
        }
    }

    private static Optional<String> difference(
            SortedMap<String, TreeSet<String>> one, SortedMap<String, TreeSet<String>> other) {
        return one.keySet().stream()
                .filter(table -> !one.get(table).equals(other.get(table)))
                .findFirst();
    }

    private static void copy(Connection connection, Path folder, ExportManifest.Table table)
            throws IOException, SQLException {
        String sql =
                "COPY "
                        + StoreTables.copied(table.name(), table.columns())
                        + " FROM STDIN (FORMAT text, ENCODING 'UTF8')";
        long rows;
        try (InputStream file =
                new BufferedInputStream(
                        Files.newInputStream(ExportManifest.file(folder, table.name())))) {
            rows = connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, file);
        } catch (SQLException e) {
            // Its own words may quote a row.
            throw new NotDoneException(
                    "the database does not take the rows of %s (SQLSTATE %s)"
                            .formatted(table.name(), e.getSQLState()));
        }
        if (rows != table.rows()) {
            throw new NotDoneException(
                    "%s has %,d rows, and the export's list says %,d; take another export"
                            .formatted(table.name(), rows, table.rows()));
        }
    }

    private static void setPosition(Connection connection, ExportManifest.Sequence sequence)
            throws SQLException {
        try (var statement = connection.prepareStatement("SELECT setval(?::regclass, ?, ?)")) {
            statement.setString(1, StoreTables.quoted(sequence.name()));
            statement.setLong(2, sequence.last());
            statement.setBoolean(3, sequence.called());
            statement.execute();
        }
    }

    /** The rows of an import whose end was missed: no hub can have been at them, so their number tells. */
    private boolean isWhole(ExportManifest manifest) throws SQLException {
        if (!migrations.applied().equals(Optional.of(manifest.schema()))) {
            return false;
        }
        try (Connection connection = database.source().getConnection()) {
            if (count(connection, USED) == 0) {
                return false;
            }
            for (ExportManifest.Table table : manifest.tables()) {
                if (count(connection, table.name()) != table.rows()) {
                    return false;
                }
            }
            return true;
        }
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row =
                        statement.executeQuery(
                                "SELECT count(*) FROM " + StoreTables.quoted(table))) {
            row.next();
            return row.getLong(1);
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
