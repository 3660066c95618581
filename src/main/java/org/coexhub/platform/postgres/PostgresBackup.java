package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/**
 * A backup of the hub's own database while it works, by PostgreSQL's low-level interface: between begin and {@link #end}
 * the files of the cluster are copied as they lie, and the write-ahead log from the one to the other makes one moment of
 * them, that of the end. A slot of this session keeps that log from being recycled; whatever ends the session ends the
 * backup and the slot with it.
 */
public final class PostgresBackup implements AutoCloseable {

    private static final String KEEP_LOG =
            "SELECT pg_create_physical_replication_slot('hub_backup_' || pg_backend_pid(), true,"
                    + " true)";

    private static final String BEGIN =
            "SELECT pg_walfile_name(pg_backup_start('coexistence-hub', true))";

    private static final String END =
            "SELECT pg_walfile_name(lsn), labelfile FROM pg_backup_stop(false)";

    /** Long where the disk is busy, and short for those who wait meanwhile. */
    private static final String LONGEST_END = "SET statement_timeout = '5s'";

    private final Path cluster;
    private final Connection connection;
    private final String firstLog;
    private String lastLog;

    /**
     * Begins the backup, with a checkpoint at once.
     *
     * @throws SQLException if the database does not let it
     */
    public PostgresBackup(PostgresServer server) throws SQLException {
        cluster = server.cluster();
        connection = DriverManager.getConnection(server.url(), server.user(), server.password());
        try (var statement = connection.createStatement()) {
            statement.execute(KEEP_LOG);
            try (ResultSet row = statement.executeQuery(BEGIN)) {
                row.next();
                firstLog = row.getString(1);
            }
            statement.execute(LONGEST_END);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /**
     * Ends the backup at this moment. The files must be copied by now, and {@link #log} and the label still have to be.
     *
     * @return what belongs into the copy's {@code backup_label}
     */
    public String end() throws SQLException {
        try (var statement = connection.createStatement();
                ResultSet row = statement.executeQuery(END)) {
            row.next();
            lastLog = row.getString(1);
            return row.getString(2);
        }
    }

    /** The segments of the write-ahead log that belong to the backup; kept until this is closed. */
    public List<Path> log() throws IOException {
        try (Stream<Path> segments = Files.list(cluster.resolve("pg_wal"))) {
            return segments.filter(this::belongs).sorted().toList();
        }
    }

    private boolean belongs(Path segment) {
        String name = segment.getFileName().toString();
        return name.endsWith(".history")
                || name.length() == firstLog.length()
                        && name.compareTo(firstLog) >= 0
                        && name.compareTo(lastLog) <= 0;
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
