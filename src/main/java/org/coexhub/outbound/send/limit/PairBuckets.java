package org.coexhub.outbound.send.limit;

import org.coexhub.outbound.command.SendCommand;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

/**
 * Limits how many messages one recipient gets of one number: a token bucket, for all nodes together.
 *
 * <p>A bucket is kept as the time at which it will be full again. A message moves that time on by what one message takes to
 * refill, and may go while the time is no further away than a whole bucket less one message. So one statement takes the
 * tokens of any number of recipients.
 *
 * <p>What a recipient may get is counted by Meta at some moment of the call; if the bucket refilled during the call, it
 * could be ahead of Meta's. So time stands still in it while a message is on its way: the call is added at its end. One
 * recipient's messages go one after the other, so nothing else uses the bucket in between.
 *
 * <p>Rows are locked in the order of their names, so that two batches never wait for each other in a circle.
 */
final class PairBuckets {

    private static final Duration MARGIN = Duration.ofMillis(2);

    private static final String TAKE =
            """
            INSERT INTO pair_bucket AS b (pair, full_at)
            SELECT pair, ?::timestamptz FROM unnest(?::varchar[]) AS pair ORDER BY pair
            ON CONFLICT (pair) DO UPDATE SET full_at = GREATEST(b.full_at, ?) + (excluded.full_at - ?)
            WHERE b.full_at <= ?
            RETURNING pair
            """;

    private static final String FULL_AT =
            "SELECT pair, full_at FROM pair_bucket WHERE pair = ANY (?)";

    private static final String STAND_STILL =
            """
            INSERT INTO pair_bucket AS b (pair, full_at)
            SELECT pair, ?::timestamptz + millis * INTERVAL '1 millisecond'
            FROM unnest(?::varchar[], ?::bigint[]) AS c (pair, millis) ORDER BY pair
            ON CONFLICT (pair) DO UPDATE SET full_at = GREATEST(b.full_at, ?) + (excluded.full_at - ?)
            """;

    private static final String REMOVE_FULL = "DELETE FROM pair_bucket WHERE full_at < ?";

    private static final String END_ENDLESS =
            "UPDATE pair_bucket SET full_at = ? WHERE full_at > ?";

    private final JdbcTemplate jdbc;
    private final Duration price;
    private final Duration capacity;
    private final InstantSource clock;

    PairBuckets(DataSource database, LimitSettings settings, InstantSource clock) {
        this.jdbc = new JdbcTemplate(database);
        this.price = settings.pairRefill();
        this.capacity = price.multipliedBy(settings.pairBurst());
        this.clock = clock;
    }

    /** The bucket of a command that has a recipient. */
    static String of(SendCommand command) {
        return command.from().value() + ":" + command.recipient().key();
    }

    /** Takes a token of each bucket. Returns those that had none, and when they will have one. */
    Map<String, Instant> tryTake(Set<String> pairs) {
        if (pairs.isEmpty()) {
            return Map.of();
        }
        Instant now = now();
        Set<String> without = new HashSet<>(pairs);
        without.removeAll(take(pairs, now));
        return without.isEmpty() ? Map.of() : refilled(without);
    }

    private List<String> take(Set<String> pairs, Instant now) {
        return jdbc.query(
                TAKE,
                statement -> {
                    statement.setObject(1, SqlTimes.millis(now.plus(price)));
                    statement.setArray(2, SqlArrays.text(statement, pairs));
                    statement.setObject(3, SqlTimes.millis(now));
                    statement.setObject(4, SqlTimes.millis(now));
                    statement.setObject(5, SqlTimes.millis(now.plus(capacity).minus(price)));
                },
                (row, i) -> row.getString(1));
    }

    private Map<String, Instant> refilled(Set<String> pairs) {
        var refilled = new HashMap<String, Instant>();
        jdbc.query(
                FULL_AT,
                statement -> statement.setArray(1, SqlArrays.text(statement, pairs)),
                row -> {
                    Instant full = SqlTimes.read(row, "full_at");
                    refilled.put(
                            row.getString("pair"), full.minus(capacity).plus(price).plus(MARGIN));
                });
        return refilled;
    }

    /** Empty when the message may go now; otherwise when it may. */
    Optional<Instant> tryTake(SendCommand command) {
        String pair = of(command);
        return Optional.ofNullable(tryTake(Set.of(pair)).get(pair));
    }

    /** Calls to these recipients lasted that long, so far as is known. */
    void standStill(Map<String, Duration> calls) {
        if (calls.isEmpty()) {
            return;
        }
        Instant now = now();
        List<String> pairs = List.copyOf(calls.keySet());
        List<Long> millis = pairs.stream().map(pair -> millis(calls.get(pair))).toList();
        jdbc.update(
                STAND_STILL,
                statement -> {
                    statement.setObject(1, SqlTimes.millis(now));
                    statement.setArray(2, SqlArrays.text(statement, pairs));
                    statement.setArray(3, SqlArrays.longs(statement, millis));
                    statement.setObject(4, SqlTimes.millis(now));
                    statement.setObject(5, SqlTimes.millis(now));
                });
    }

    void standStill(SendCommand command, Duration call) {
        standStill(Map.of(of(command), call));
    }

    private static long millis(Duration call) {
        return call.isNegative() ? 0 : call.plus(MARGIN).toMillis();
    }

    /** A bucket that is full need not be kept; one that a clock which was ahead has left without end is empty. */
    void tidy() {
        Instant now = now();
        jdbc.update(REMOVE_FULL, SqlTimes.millis(now));
        jdbc.update(
                END_ENDLESS,
                SqlTimes.millis(now.plus(capacity)),
                SqlTimes.millis(now.plus(capacity.multipliedBy(2))));
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
