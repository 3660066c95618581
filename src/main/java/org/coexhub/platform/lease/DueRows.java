package org.coexhub.platform.lease;

import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.RowMapper;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The rows of a table that are work, each for one node at a time. Such a table has the columns {@code due_at}: not taken
 * before; {@code held_until}: null, or until when a node has the row in hand; and {@code tries}: how often it was taken.
 *
 * <p><b>Why no two nodes have a row.</b> It is taken by one conditional update: of several nodes one changes the row, the
 * others see that they did not. That it is in hand is judged by the database's clock, so a node whose own clock is wrong
 * takes a row early or late and never out of another's hand. A node that dies leaves it to the others when its time is
 * over; so nobody may work on a row for longer than that.
 *
 * <p><b>Why a row that has ended stays so.</b> Who ends one deletes it, or sets {@code held_until} to null with whatever
 * makes it no work any more. What is not in hand is not put back, so a node that comes too late changes nothing.
 */
public final class DueRows {

    /** The end of what begins now, for {@code :millis}. */
    public static final String FROM_NOW =
            "CURRENT_TIMESTAMP + CAST(:millis AS BIGINT) * INTERVAL '1 millisecond'";

    /** How many one node looks at for one that no other takes before it. */
    private static final int AT_ONCE = 16;

    private static final String DUE =
            """
            SELECT %2$s FROM %1$s
            WHERE %3$s AND due_at <= :now AND (held_until IS NULL OR held_until <= CURRENT_TIMESTAMP)
            ORDER BY %4$s LIMIT :most
            """;

    private static final String TAKE =
            """
            UPDATE %1$s SET due_at = :until, held_until = %5$s, tries = tries + 1
            WHERE %2$s = :key AND %3$s
                AND due_at <= :now AND (held_until IS NULL OR held_until <= CURRENT_TIMESTAMP)
            RETURNING *
            """;

    private static final String PUT_BACK =
            """
            UPDATE %1$s SET due_at = :due, held_until = NULL, tries = tries - :untried%%s
            WHERE %2$s = :key AND held_until IS NOT NULL
            """;

    private static final String DELETE = "DELETE FROM %1$s WHERE %2$s = :key";

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final String due;
    private final String take;
    private final String putBack;
    private final String delete;

    /**
     * @param key the column that tells the rows apart
     * @param open the condition, in SQL, that a row is still work
     * @param order the columns by which one comes before another
     */
    public DueRows(
            JdbcClient jdbc,
            InstantSource clock,
            String table,
            String key,
            String open,
            String order) {
        this.jdbc = jdbc;
        this.clock = clock;
        this.due = DUE.formatted(table, key, open, order);
        this.take = TAKE.formatted(table, key, open, order, FROM_NOW);
        this.putBack = PUT_BACK.formatted(table, key);
        this.delete = DELETE.formatted(table, key);
    }

    /** The keys of all that are due and that nobody has in hand. */
    public List<String> due() {
        return due(Integer.MAX_VALUE).stream().map(Objects::toString).toList();
    }

    private List<Object> due(int most) {
        return jdbc.sql(due)
                .param("now", SqlTimes.at(clock.instant()))
                .param("most", most)
                .query((row, number) -> row.getObject(1))
                .list();
    }

    /** The next row, as it is when this node has it in hand for so long; empty when there is none. */
    public <R> Optional<R> take(Duration length, RowMapper<R> read) {
        return due(AT_ONCE).stream().flatMap(key -> take(key, length, read).stream()).findFirst();
    }

    /** That row; empty when another node has it, or it is not due any more. */
    public <R> Optional<R> take(Object key, Duration length, RowMapper<R> read) {
        Instant now = clock.instant();
        return jdbc.sql(take)
                .param("key", key)
                .param("now", SqlTimes.at(now))
                .param("until", SqlTimes.at(now.plus(length)))
                .param("millis", length.toMillis())
                .query(read)
                .optional();
    }

    /** Puts a row back that could not be done, until then. */
    public void later(Object key, Instant due, Map<String, ?> noted) {
        putBack(key, due, 0, noted);
    }

    /**
     * Puts a row back that was not tried.
     *
     * @param noted columns to change along with it
     */
    public void untried(Object key, Instant due, Map<String, ?> noted) {
        putBack(key, due, 1, noted);
    }

    private void putBack(Object key, Instant due, int untried, Map<String, ?> noted) {
        String along =
                noted.keySet().stream()
                        .map(column -> ", " + column + " = :" + column)
                        .collect(Collectors.joining());
        jdbc.sql(putBack.formatted(along))
                .param("key", key)
                .param("due", SqlTimes.at(due))
                .param("untried", untried)
                .params(noted)
                .update();
    }

    public void delete(Object key) {
        jdbc.sql(delete).param("key", key).update();
    }
}
