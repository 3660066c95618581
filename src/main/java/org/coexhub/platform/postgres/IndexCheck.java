package org.coexhub.platform.postgres;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * Looks through all indexes of the hub's own database after it ended uncleanly, beside the traffic, those of the claims
 * first: an index that lacks a row would let a repeated event through. What is damaged is built anew from its table.
 */
public final class IndexCheck {

    private static final Logger LOG = LoggerFactory.getLogger(IndexCheck.class);

    /** The event log's come first; temporary tables and those of PostgreSQL itself are left out. */
    private static final String INDEXES =
            """
            SELECT i.indexrelid::regclass::text
            FROM pg_index i
            JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_am a ON a.oid = c.relam
            JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.amname = 'btree' AND n.nspname = 'public' AND i.indisvalid AND c.relkind = 'i'
            ORDER BY i.indrelid::regclass::text <> 'event_log', i.indexrelid::regclass::text
            """;

    private final PostgresServer server;
    private volatile Progress progress;

    /**
     * How far it is.
     *
     * @param all indexes that are to be looked at
     * @param rebuilt names of those that were damaged
     * @param fault why it ended before its end; empty otherwise
     */
    public record Progress(int checked, int all, List<String> rebuilt, String fault) {

        public boolean isDone() {
            return checked == all && fault.isEmpty();
        }
    }

    public IndexCheck(PostgresServer server) {
        this.server = server;
        // Known before the first look, so that nobody takes an unchecked database for a checked
        // one.
        this.progress = new Progress(0, server.endedUncleanly() ? 1 : 0, List.of(), "");
    }

    public Progress progress() {
        return progress;
    }

    /** Begins a look in a thread of its own if one is called for, and again whenever the server has died meanwhile. */
    public void start() {
        server.whenStartedAgain(this::begin);
        if (server.endedUncleanly()) {
            begin();
        }
    }

    private void begin() {
        progress = new Progress(0, 1, List.of(), "");
        Thread.ofVirtual().name("index-check").start(this::run);
    }

    synchronized void run() {
        try (var connection =
                DriverManager.getConnection(server.url(), server.user(), server.password())) {
            execute(connection, "CREATE EXTENSION IF NOT EXISTS amcheck");
            List<String> indexes = indexes(connection);
            var rebuilt = new ArrayList<String>();
            for (int i = 0; i < indexes.size(); i++) {
                progress = new Progress(i, indexes.size(), List.copyOf(rebuilt), "");
                if (!isSound(connection, indexes.get(i))) {
                    execute(connection, "REINDEX INDEX CONCURRENTLY " + indexes.get(i));
                    rebuilt.add(indexes.get(i));
                }
            }
            server.isChecked();
            progress = new Progress(indexes.size(), indexes.size(), List.copyOf(rebuilt), "");
            LOG.info(
                    "The database ended uncleanly last time; its {} indexes were looked through, {}"
                            + " were built anew",
                    indexes.size(),
                    rebuilt.size());
        } catch (SQLException e) {
            endedEarly("SQLSTATE " + e.getSQLState());
        } catch (IOException e) {
            endedEarly(e.getMessage());
        }
    }

    private void endedEarly(String fault) {
        Progress before = progress;
        progress = new Progress(before.checked(), before.all(), before.rebuilt(), fault);
        LOG.warn(
                "The look through the database's indexes ended early ({}); the next start repeats"
                        + " it",
                fault);
    }

    private static List<String> indexes(Connection connection) throws SQLException {
        var names = new ArrayList<String>();
        try (var statement = connection.createStatement();
                var rows = statement.executeQuery(INDEXES)) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
        }
        return names;
    }

    /** SQLSTATE class XX: data or index corrupted. Any other failure is none of the index's. */
    private static boolean isSound(Connection connection, String index) throws SQLException {
        try {
            execute(connection, "SELECT bt_index_check('" + index + "'::regclass, true)");
            return true;
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("XX")) {
                LOG.warn("The index {} is damaged and built anew from its table", index);
                return false;
            }
            throw e;
        }
    }

    private static void execute(Connection connection, String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
