package org.coexhub.inbound.eventlog;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The event log as a feed in commit order. A reader that stores {@code next} and comes back with it misses nothing and
 * sees nothing twice, also while events are being written. A page is bounded in bytes and in the time that is spent on it.
 */
@Component
public class EventFeed {

    /** Behind all events of a batch. */
    private static final int AT_END = Integer.MAX_VALUE;

    /** Where to go on: after this event of this batch. */
    public record Position(long batch, int ordinal) {

        public static final Position START = new Position(0, AT_END);

        /** @throws IllegalArgumentException not a position this feed gave out */
        public static Position parse(String text) {
            String[] parts = text.split("-", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("not a feed position: " + text);
            }
            return new Position(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
        }

        private boolean isBehind(Position other) {
            return batch > other.batch || batch == other.batch && ordinal > other.ordinal;
        }

        @Override
        public String toString() {
            return batch + "-" + ordinal;
        }
    }

    /** Empty parts let everything through; types are patterns with {@code *}, separated by commas. */
    public record Filter(String types, String conversation, String number) {}

    /**
     * {@code events} are CloudEvents as JSON.
     *
     * @param more it ended by its bound in bytes or time: there may be more behind {@code next}, also where there are no
     *     events in it
     */
    public record Page(List<byte[]> events, Position next, boolean more) {}

    /**
     * What ends a page before its limit.
     *
     * @param bytes of its events; the first one always comes
     * @param time after which no further stretch is looked through
     * @param stretch positions of the log looked through at first; a fast look makes the next one longer
     */
    record Bounds(long bytes, Duration time, long stretch) {}

    private static final Bounds BOUNDS = new Bounds(4 * 1024 * 1024, Duration.ofSeconds(2), 1000);

    private static final long GROWTH = 4;

    private static final String END = "SELECT position FROM feed_end WHERE one = 1";

    private static final String BETWEEN =
            """
             FROM feed f JOIN event_log e ON e.batch = f.batch
            WHERE f.position >= ? AND (f.position > ? OR e.ordinal > ?)
            AND f.position <= ? AND (f.position < ? OR e.ordinal <= ?) AND e.body IS NOT NULL\
            """;

    private static final String PLACES =
            "SELECT f.position, e.ordinal, OCTET_LENGTH(e.body)" + BETWEEN;

    private static final String BODIES = "SELECT e.body" + BETWEEN;

    private static final String IN_ORDER = " ORDER BY f.position, e.ordinal LIMIT ?";

    private final JdbcTemplate jdbc;
    private final Bounds bounds;

    @Autowired
    EventFeed(JdbcTemplate jdbc) {
        this(jdbc, BOUNDS);
    }

    EventFeed(JdbcTemplate jdbc, Bounds bounds) {
        this.jdbc = jdbc;
        this.bounds = bounds;
    }

    /** Behind all that is in the log at this moment. */
    public Position end() {
        return new Position(jdbc.queryForObject(END, Long.class), AT_END);
    }

    public Page read(Position after, int limit, Filter filter) {
        // Asked first: everything up to here is committed, so the whole stretch was seen even if
        // the filter hid it all.
        return read(after, end(), limit, filter);
    }

    /**
     * Sizes are asked for first, so that no more bodies than belong to the page are ever in memory.
     *
     * @param last where the feed ends for this reader, at most {@link #end}; {@code next} is that when all of it was seen
     */
    public Page read(Position after, Position last, int limit, Filter filter) {
        long end = last.batch;
        var scan = new Scan(after, limit);
        long began = System.nanoTime();
        long stretch = bounds.stretch;
        long seen = after.batch;
        do {
            long asked = System.nanoTime();
            Position from = scan.last.batch >= seen ? scan.last : new Position(seen, AT_END);
            seen = stretch >= end - seen ? end : seen + stretch;
            scan(from, seen == end ? last : new Position(seen, AT_END), scan, filter);
            boolean fast = System.nanoTime() - asked < bounds.time.toNanos() / 8;
            stretch = fast ? stretch * GROWTH : stretch;
        } while (!scan.full && seen < end && System.nanoTime() - began < bounds.time.toNanos());
        List<byte[]> events = bodies(after, scan, filter);
        if (scan.full) {
            return new Page(events, scan.last, scan.tooLarge);
        }
        if (seen >= end) {
            return new Page(events, after.isBehind(last) ? after : last, false);
        }
        return new Page(
                events, seen > scan.last.batch ? new Position(seen, AT_END) : scan.last, true);
    }

    /** What belongs to a page, found stretch by stretch. */
    private final class Scan {
        private final int limit;
        private Position last;
        private int found;
        private long bytes;
        private boolean tooLarge;
        private boolean full;

        Scan(Position after, int limit) {
            this.last = after;
            this.limit = limit;
        }

        private void add(Position place, long size) {
            tooLarge = tooLarge || found > 0 && bytes + size > bounds.bytes;
            if (!tooLarge) {
                last = place;
                bytes += size;
                found++;
            }
            full = tooLarge || found == limit;
        }
    }

    private void scan(Position after, Position to, Scan scan, Filter filter) {
        query(
                PLACES,
                after,
                to,
                filter,
                scan.limit - scan.found,
                row -> scan.add(new Position(row.getLong(1), row.getInt(2)), row.getLong(3)));
    }

    private List<byte[]> bodies(Position after, Scan scan, Filter filter) {
        var events = new ArrayList<byte[]>();
        if (scan.found > 0) {
            RowCallbackHandler body = row -> events.add(row.getBytes(1));
            query(BODIES, after, scan.last, filter, scan.found, body);
        }
        return events;
    }

    private void query(
            String what,
            Position after,
            Position to,
            Filter filter,
            int limit,
            RowCallbackHandler row) {
        var sql = new StringBuilder(what);
        var arguments =
                new ArrayList<Object>(
                        List.of(
                                after.batch,
                                after.batch,
                                after.ordinal,
                                to.batch,
                                to.batch,
                                to.ordinal));
        restrict(sql, arguments, filter);
        sql.append(IN_ORDER);
        arguments.add(limit);
        jdbc.query(sql.toString(), row, arguments.toArray());
    }

    private static void restrict(StringBuilder sql, List<Object> arguments, Filter filter) {
        List<String> patterns =
                Arrays.stream(filter.types.split(","))
                        .map(String::strip)
                        .filter(s -> !s.isEmpty())
                        .map(EventFeed::like)
                        .toList();
        if (!patterns.isEmpty()) {
            String each = "e.type LIKE ? ESCAPE '!'";
            sql.append(" AND (")
                    .append(String.join(" OR ", patterns.stream().map(p -> each).toList()))
                    .append(')');
            arguments.addAll(patterns);
        }
        if (!filter.conversation.isEmpty()) {
            sql.append(" AND e.conversation = ?");
            arguments.add(filter.conversation);
        }
        if (!filter.number.isEmpty()) {
            sql.append(" AND e.number_id = ?");
            arguments.add(filter.number);
        }
    }

    private static String like(String pattern) {
        return pattern.replace("!", "!!").replace("%", "!%").replace("_", "!_").replace('*', '%');
    }
}
