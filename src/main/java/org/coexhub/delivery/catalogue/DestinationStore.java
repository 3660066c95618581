package org.coexhub.delivery.catalogue;

import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.delivery.filter.Routing;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stores the destinations that all nodes know, with what each asked for, an operator's pause and the counters. What
 * counts is the declaration of the node that started last, by the store's clock.
 */
@Component
public class DestinationStore {

    private static final String INSERT =
            """
            INSERT INTO destination (name, file, filter, declared_from) VALUES (:name, :file, :filter, :start)
            ON CONFLICT DO NOTHING
            """;

    private static final String DECLARE =
            """
            UPDATE destination SET file = COALESCE(:file, file), filter = :filter, declared_from = :start
            WHERE name = :name AND (declared_from IS NULL OR declared_from <= :start)
            """;

    private static final String REVIVE =
            "UPDATE destination SET ended_at = NULL WHERE name = :name AND ended_at IS NOT NULL";

    private static final String END =
            """
            UPDATE destination SET ended_at = CURRENT_TIMESTAMP WHERE name = :name AND ended_at IS NULL
            """;

    private static final String END_UNDECLARED =
            """
            UPDATE destination SET ended_at = CURRENT_TIMESTAMP
            WHERE name = :name AND ended_at IS NULL AND NOT EXISTS (
              SELECT 1 FROM destination_node
              WHERE destination_node.name = destination.name
                AND seen_at > CURRENT_TIMESTAMP - INTERVAL '24' HOUR)
            """;

    private static final String FORGET =
            "DELETE FROM destination WHERE name = :name AND ended_at IS NOT NULL";

    private static final String ROUTING =
            "SELECT name, filter FROM destination WHERE ended_at IS NULL ORDER BY name";

    private static final String LIST = "SELECT * FROM destination ORDER BY name";
    private static final String FIND = "SELECT * FROM destination WHERE name = :name";
    private static final String OF_FILE = "SELECT * FROM destination WHERE file = :file";

    private static final String ROUTED =
            "UPDATE destination SET routed = routed + :n WHERE name = :name";
    private static final String RETURNED =
            "UPDATE destination SET returned = returned + :n WHERE name = :name";
    private static final String DEAD =
            "UPDATE destination SET dead_lettered = dead_lettered + :n WHERE name = :name";

    private static final String PAUSE = "UPDATE destination SET paused = TRUE WHERE name = :name";
    private static final String RESUME =
            "UPDATE destination SET paused = FALSE, resumes = resumes + 1 WHERE name = :name";

    private static final String NOW = "SELECT CURRENT_TIMESTAMP";

    private final JdbcClient jdbc;

    /** Filters as they are stored, read once: the router asks for all of them with every batch. */
    private final Map<String, EventFilter> filters = new ConcurrentHashMap<>();

    private final RowMapper<Row> mapper =
            (row, number) ->
                    new Row(
                            row.getString("name"),
                            filter(row.getString("filter")),
                            row.getBoolean("paused"),
                            row.getLong("resumes"),
                            row.getObject("ended_at", OffsetDateTime.class) == null,
                            row.getLong("routed"),
                            row.getLong("returned"),
                            row.getLong("dead_lettered"));

    DestinationStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * A destination and its numbers since the beginning.
     *
     * @param resumes how often an operator has resumed it
     * @param routing whether events are put into its queue
     * @param returned what replays put into the queue
     */
    public record Row(
            String name,
            EventFilter filter,
            boolean paused,
            long resumes,
            boolean routing,
            long routed,
            long returned,
            long deadLettered) {}

    OffsetDateTime now() {
        return jdbc.sql(NOW).query(OffsetDateTime.class).single();
    }

    /** @param start of the node that declares; a declaration of a node that started later stays */
    void declare(String name, String file, EventFilter filter, OffsetDateTime start) {
        for (String sql : List.of(INSERT, DECLARE)) {
            jdbc.sql(sql)
                    .param("name", name)
                    .param("file", file, java.sql.Types.VARCHAR)
                    .param("filter", filter.toString())
                    .param("start", start)
                    .update();
        }
        revive(name);
    }

    /** @return true when nothing was routed there */
    boolean revive(String name) {
        return jdbc.sql(REVIVE).param("name", name).update() == 1;
    }

    /** From now on nothing is routed there. */
    void end(String name) {
        jdbc.sql(END).param("name", name).update();
    }

    /** @return true for the one who ended it, because no node has had its file for a day */
    boolean endUndeclared(String name) {
        return jdbc.sql(END_UNDECLARED).param("name", name).update() == 1;
    }

    /** @return false when it has been declared again since it was ended */
    boolean forget(String name) {
        return jdbc.sql(FORGET).param("name", name).update() == 1;
    }

    /** Where events go, as the store knows it at this moment. */
    public Routing routing() {
        return new Routing(
                jdbc.sql(ROUTING)
                        .query(
                                (row, number) ->
                                        new Routing.Target(
                                                row.getString(1), filter(row.getString(2))))
                        .list());
    }

    List<Row> list() {
        return jdbc.sql(LIST).query(mapper).list();
    }

    public Optional<Row> find(String name) {
        return jdbc.sql(FIND).param("name", name).query(mapper).optional();
    }

    List<Row> ofFile(String file) {
        return jdbc.sql(OF_FILE).param("file", file).query(mapper).list();
    }

    public void countRouted(Map<String, Integer> byName) {
        // Always in the same order, so that two routers never wait for each other.
        new TreeMap<>(byName).forEach((name, n) -> count(ROUTED, name, n));
    }

    public void countReturned(String name, int n) {
        count(RETURNED, name, n);
    }

    public void countDeadLettered(String name, int n) {
        count(DEAD, name, n);
    }

    private void count(String sql, String name, int n) {
        jdbc.sql(sql).param("n", n).param("name", name).update();
    }

    /** @return false when there is no such destination */
    boolean pause(String name, boolean paused) {
        return jdbc.sql(paused ? PAUSE : RESUME).param("name", name).update() == 1;
    }

    private EventFilter filter(String written) {
        return filters.computeIfAbsent(written, EventFilter::parse);
    }
}
