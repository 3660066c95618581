package org.coexhub.eventlog;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The event log as a feed in commit order. A reader that stores {@code next} and comes back with it misses nothing and
 * sees nothing twice, also while events are being written.
 */
@Component
public class EventFeed {

    /** Where to go on: after this event of this batch. */
    public record Position(long batch, int ordinal) {

        public static final Position START = new Position(0, Integer.MAX_VALUE);

        /** @throws IllegalArgumentException not a position this feed gave out */
        public static Position parse(String text) {
            String[] parts = text.split("-", -1);
            if (parts.length != 2) {
                throw new IllegalArgumentException("not a feed position: " + text);
            }
            return new Position(Long.parseLong(parts[0]), Integer.parseInt(parts[1]));
        }

        @Override
        public String toString() {
            return batch + "-" + ordinal;
        }
    }

    /** Empty parts let everything through; types are patterns with {@code *}, separated by commas. */
    public record Filter(String types, String conversation, String number) {}

    /** {@code events} are CloudEvents as JSON. */
    public record Page(List<byte[]> events, Position next) {}

    private static final String END = "SELECT position FROM feed_end WHERE one = 1";

    private static final String READ =
            """
            SELECT f.position, e.ordinal, e.body
            FROM feed f JOIN event_log e ON e.batch = f.batch
            WHERE f.position >= ? AND (f.position > ? OR e.ordinal > ?) AND e.body IS NOT NULL\
            """;

    private static final String IN_ORDER = " ORDER BY f.position, e.ordinal LIMIT ?";

    private final JdbcTemplate jdbc;

    EventFeed(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    public Page read(Position after, int limit, Filter filter) {
        // Asked first: everything up to here is committed, so the whole stretch was seen even if
        // the filter hid it all.
        long end = jdbc.queryForObject(END, Long.class);
        var sql = new StringBuilder(READ);
        var arguments = new ArrayList<Object>(List.of(after.batch, after.batch, after.ordinal));
        restrict(sql, arguments, filter);
        sql.append(IN_ORDER);
        arguments.add(limit);
        var events = new ArrayList<byte[]>();
        Position[] last = {after};
        jdbc.query(
                sql.toString(),
                row -> {
                    last[0] = new Position(row.getLong(1), row.getInt(2));
                    events.add(row.getBytes(3));
                },
                arguments.toArray());
        boolean exhausted = events.size() < limit;
        Position next =
                exhausted && end > last[0].batch ? new Position(end, Integer.MAX_VALUE) : last[0];
        return new Page(events, next);
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
