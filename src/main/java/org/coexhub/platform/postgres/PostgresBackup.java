package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
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
            "SELECT pg_walfile_name(pg_backup_start('coexistence-hub', true)),"
                    + " 4294967296 / pg_size_bytes(current_setting('wal_segment_size'))";

    private static final String END =
            "SELECT pg_walfile_name(lsn), labelfile FROM pg_backup_stop(false)";

    /** Long where the disk is busy, and short for those who wait meanwhile. */
    private static final String LONGEST_END = "SET statement_timeout = '5s'";

    /** A database that does not even say that, as when its process or its disk hangs. */
    private static final Duration LONGEST_SILENT_END = Duration.ofSeconds(10);

    /** Its checkpoint writes all that changed since the last one. */
    private static final Duration LONGEST_BEGIN = Duration.ofMinutes(10);

    private final Path cluster;
    private final Connection connection;
    private final String firstLog;
    private final long segmentsAFile;
    private String lastLog;

    /**
     * Begins the backup, with a checkpoint at once.
     *
     * @throws SQLException if the database does not let it
     */
    public PostgresBackup(PostgresServer server) throws SQLException {
        this(server, LONGEST_SILENT_END);
    }

    PostgresBackup(PostgresServer server, Duration longestSilentEnd) throws SQLException {
        cluster = server.cluster();
        connection = DriverManager.getConnection(server.url(), server.user(), server.password());
        connection.setNetworkTimeout(Runnable::run, (int) LONGEST_BEGIN.toMillis());
        try (var statement = connection.createStatement()) {
            statement.execute(KEEP_LOG);
            try (ResultSet row = statement.executeQuery(BEGIN)) {
                row.next();
                firstLog = row.getString(1);
                segmentsAFile = row.getLong(2);
            }
            statement.execute(LONGEST_END);
            connection.setNetworkTimeout(Runnable::run, (int) longestSilentEnd.toMillis());
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

    /**
     * The segments of the write-ahead log that belong to the backup; kept until this is closed.
     *
     * @throws IOException one of them is missing
     */
    public List<Path> log() throws IOException {
        Path folder = cluster.resolve(ClusterFiles.LOG);
        List<Path> log = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(file -> file.toString().endsWith(".history")).forEach(log::add);
        }
        for (long number = numberOf(firstLog); number <= numberOf(lastLog); number++) {
            Path segment = folder.resolve(nameOf(number));
            if (!Files.exists(segment)) {
                throw new IOException(
                        "the database has not kept its log for the backup: %s is missing"
                                .formatted(segment.getFileName()));
            }
            log.add(segment);
        }
        return log;
    }

    /** A name has three numbers of eight digits: timeline, file of 4 GB, segment of it. */
    private long numberOf(String name) {
        return Long.parseLong(name, 8, 16, 16) * segmentsAFile + Long.parseLong(name, 16, 24, 16);
    }

    private String nameOf(long number) {
        return "%s%08X%08X"
                .formatted(lastLog.substring(0, 8), number / segmentsAFile, number % segmentsAFile);
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
