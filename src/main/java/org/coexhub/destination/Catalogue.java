package org.coexhub.destination;

import org.coexhub.broker.QueueNames;
import org.coexhub.broker.Queues;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.nio.file.Path;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * All destinations by name. Filled while the route files load, before the router starts.
 *
 * <p>What was declared is also stored: when a file no longer loads, its destination keeps receiving events into its
 * queue by the last filter known, so that mending the file loses nothing. A file that was taken away ends that.
 */
@Component
public class Catalogue {

    private static final Logger LOG = LoggerFactory.getLogger(Catalogue.class);

    private static final String INSERT =
            "INSERT INTO destination (name, file, filter) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
    private static final String UPDATE =
            "UPDATE destination SET file = COALESCE(?, file), filter = ? WHERE name = ?";
    private static final String OF_FILE = "SELECT name, filter FROM destination WHERE file = ?";
    private static final String COUNTERS =
            "SELECT name, paused, routed, returned, dead_lettered FROM destination ORDER BY name";
    private static final String ROUTED =
            "UPDATE destination SET routed = routed + ? WHERE name = ?";
    private static final String RETURNED =
            "UPDATE destination SET returned = returned + ? WHERE name = ?";
    private static final String DEAD =
            "UPDATE destination SET dead_lettered = dead_lettered + ? WHERE name = ?";
    private static final String PAUSE = "UPDATE destination SET paused = ? WHERE name = ?";

    private final JdbcTemplate jdbc;
    private final Queues queues;
    private final Map<String, Entry> entries = new ConcurrentSkipListMap<>();
    private Path loading;

    Catalogue(JdbcTemplate jdbc, Queues queues) {
        this.jdbc = jdbc;
        this.queues = queues;
    }

    /** @param circuit empty for a destination whose file does not load: it gathers events and delivers none */
    public record Entry(String name, EventFilter filter, Optional<Circuit> circuit) {}

    /** Numbers since the beginning; {@code returned} counts what replays put into the queue. */
    public record Counters(
            String name, boolean paused, long routed, long returned, long deadLettered) {}

    /** The file that the next declarations come from. */
    public void loading(Path file) {
        loading = file;
    }

    void declare(Destination destination, Circuit circuit) {
        // A route that is stopped and started declares itself again; only a second file would be a
        // mistake.
        if (loading != null && entries.containsKey(destination.name())) {
            throw new IllegalArgumentException(
                    "destination '"
                            + destination.name()
                            + "' is declared twice; a destination has one route, give the other one"
                            + " its own name");
        }
        String file = loading == null ? null : loading.getFileName().toString();
        String filter = destination.filter().toString();
        jdbc.update(INSERT, destination.name(), file, filter);
        jdbc.update(UPDATE, file, filter, destination.name());
        add(destination.name(), destination.filter(), Optional.of(circuit));
        counters().stream()
                .filter(c -> c.name().equals(destination.name()) && c.paused())
                .forEach(c -> circuit.pause());
    }

    /** Keeps gathering for what a broken file declared when it last loaded. */
    public void keepGathering(Path file) {
        jdbc.query(
                OF_FILE,
                row -> {
                    String name = row.getString(1);
                    if (!entries.containsKey(name)) {
                        LOG.warn(
                                "Destination {} gathers events in {} until its file is mended",
                                name,
                                QueueNames.out(name));
                        add(name, EventFilter.parse(row.getString(2)), Optional.empty());
                    }
                },
                file.getFileName().toString());
    }

    /** Forgets a destination whose route could not be started after it was declared. */
    public void withdraw(Collection<String> names) {
        names.forEach(entries::remove);
    }

    public Collection<Entry> entries() {
        return List.copyOf(entries.values());
    }

    public Optional<Entry> find(String name) {
        return Optional.ofNullable(entries.get(name));
    }

    public List<Counters> counters() {
        return jdbc.query(
                COUNTERS,
                (row, i) ->
                        new Counters(
                                row.getString(1),
                                row.getBoolean(2),
                                row.getLong(3),
                                row.getLong(4),
                                row.getLong(5)));
    }

    void countRouted(Map<String, Integer> byName) {
        new LinkedHashMap<>(new java.util.TreeMap<>(byName))
                .forEach((name, n) -> jdbc.update(ROUTED, n, name));
    }

    void countReturned(String name, int n) {
        jdbc.update(RETURNED, n, name);
    }

    void countDeadLettered(String name, int n) {
        jdbc.update(DEAD, n, name);
    }

    /** Pauses or resumes by order of an operator; the order outlives a restart. */
    public boolean pause(String name, boolean paused) {
        Entry entry = entries.get(name);
        if (entry == null) {
            return false;
        }
        jdbc.update(PAUSE, paused, name);
        entry.circuit()
                .ifPresent(
                        circuit -> {
                            if (paused) {
                                circuit.pause();
                            } else {
                                circuit.resume();
                            }
                        });
        return true;
    }

    /** Also one that asked before and has not delivered all of it. */
    boolean hasHistory(Destination destination) {
        return destination.filter().asksForHistory()
                || queues.depth(QueueNames.history(destination.name())) > 0;
    }

    private void add(String name, EventFilter filter, Optional<Circuit> circuit) {
        queues.ensure(QueueNames.out(name));
        if (filter.asksForHistory()) {
            queues.ensure(QueueNames.history(name));
        }
        queues.ensure(QueueNames.deadLetters(name));
        entries.put(name, new Entry(name, filter, circuit));
    }
}
