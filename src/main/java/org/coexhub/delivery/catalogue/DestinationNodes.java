package org.coexhub.delivery.catalogue;

import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.List;

/**
 * Stores what each node last reported of each destination whose file it has. In a table of its own, because the router
 * changes the rows of destinations with every batch and would wait for who changes them too.
 */
@Component
class DestinationNodes {

    private static final String UPDATE =
            """
            UPDATE destination_node SET running = TRUE, filter = :filter, circuit = :circuit, probe_at = :probeAt,
                last_error = :lastError, last_error_at = :lastErrorAt, oldest_at = :oldestAt, seen_at = CURRENT_TIMESTAMP
            WHERE name = :name AND node = :node
            """;

    private static final String INSERT =
            """
            INSERT INTO destination_node (name, node, running, filter, circuit, probe_at, last_error, last_error_at,
                oldest_at, seen_at)
            VALUES (:name, :node, TRUE, :filter, :circuit, :probeAt, :lastError, :lastErrorAt, :oldestAt,
                CURRENT_TIMESTAMP)
            """;

    /** A node that has not been heard of for some of its reports is taken for dead. */
    private static final String LIST =
            """
            SELECT destination_node.*, running AND seen_at > CURRENT_TIMESTAMP - INTERVAL '20' SECOND AS alive
            FROM destination_node ORDER BY name, node
            """;

    private static final String LEAVE =
            "UPDATE destination_node SET running = FALSE WHERE node = :node";
    private static final String LEAVE_ONE = LEAVE + " AND name = :name";
    private static final String LEAVE_ALL =
            "UPDATE destination_node SET running = FALSE WHERE running";

    private static final String TIDY =
            "DELETE FROM destination_node WHERE seen_at < CURRENT_TIMESTAMP - INTERVAL '48' HOUR";
    private static final String FORGET = "DELETE FROM destination_node WHERE name = :name";

    private final JdbcClient jdbc;

    DestinationNodes(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A destination as one node has it.
     *
     * @param circuit as {@link Circuit.View} says it, or broken or standby
     * @param oldestAt when the oldest message it has in hand entered the queue; null for none
     */
    record Report(
            String node,
            EventFilter filter,
            String circuit,
            Instant probeAt,
            String lastError,
            Instant lastErrorAt,
            Instant oldestAt) {}

    /** @param alive whether the node still runs and has the file */
    record Row(String name, Report report, boolean alive, Instant seenAt) {}

    void report(String name, Report report) {
        if (write(UPDATE, name, report) == 0) {
            write(INSERT, name, report);
        }
    }

    private int write(String sql, String name, Report report) {
        return jdbc.sql(sql)
                .param("name", name)
                .param("node", report.node)
                .param("filter", report.filter.toString())
                .param("circuit", report.circuit)
                .param("probeAt", SqlTimes.at(report.probeAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("lastError", report.lastError, Types.VARCHAR)
                .param(
                        "lastErrorAt",
                        SqlTimes.at(report.lastErrorAt),
                        Types.TIMESTAMP_WITH_TIMEZONE)
                .param("oldestAt", SqlTimes.at(report.oldestAt), Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }

    List<Row> list() {
        return jdbc.sql(LIST).query((row, number) -> read(row)).list();
    }

    /** The node ends. */
    void leave(String node) {
        jdbc.sql(LEAVE).param("node", node).update();
    }

    /** The node has the file no more. */
    void leave(String node, String name) {
        jdbc.sql(LEAVE_ONE).param("node", node).param("name", name).update();
    }

    /** For a node that knows that no other is there. */
    void leaveAll() {
        jdbc.sql(LEAVE_ALL).update();
    }

    /** Drops what is older than anything is asked for. */
    void tidy() {
        jdbc.sql(TIDY).update();
    }

    void forget(String name) {
        jdbc.sql(FORGET).param("name", name).update();
    }

    private static Row read(ResultSet row) throws SQLException {
        return new Row(
                row.getString("name"),
                new Report(
                        row.getString("node"),
                        EventFilter.parse(row.getString("filter")),
                        row.getString("circuit"),
                        SqlTimes.read(row, "probe_at"),
                        row.getString("last_error"),
                        SqlTimes.read(row, "last_error_at"),
                        SqlTimes.read(row, "oldest_at")),
                row.getBoolean("alive"),
                SqlTimes.read(row, "seen_at"));
    }
}
