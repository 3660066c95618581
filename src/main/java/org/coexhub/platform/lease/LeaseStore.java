package org.coexhub.platform.lease;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;

/** Stores leases. All times are the store's, so the clocks of the nodes need not agree. */
@Component
public final class LeaseStore {

    private static final String INSERT =
            """
            INSERT INTO lease (name, held_until) VALUES (:name, TIMESTAMP WITH TIME ZONE '1970-01-01 00:00:00+00')
            ON CONFLICT DO NOTHING
            """;

    private static final String FIND =
            """
            SELECT holder, held_until, CURRENT_TIMESTAMP AS now_at FROM lease WHERE name = :name
            """;

    private static final String TAKE =
            """
            UPDATE lease SET holder = :holder, held_until = CURRENT_TIMESTAMP + CAST(:seconds AS INTEGER) * INTERVAL '1' SECOND
            WHERE name = :name AND held_until = :seen AND (holder IS NULL OR held_until < CURRENT_TIMESTAMP)
            """;

    private static final String KEEP =
            """
            UPDATE lease SET held_until = CURRENT_TIMESTAMP + CAST(:seconds AS INTEGER) * INTERVAL '1' SECOND
            WHERE name = :name AND holder = :holder
            """;

    private static final String LET_GO =
            """
            UPDATE lease SET holder = NULL, held_until = CURRENT_TIMESTAMP WHERE name = :name AND holder = :holder
            """;

    private static final String FREE_ALL =
            "UPDATE lease SET holder = NULL, held_until = CURRENT_TIMESTAMP WHERE holder IS NOT"
                    + " NULL";

    private static final String FORGET = "DELETE FROM lease WHERE name = :name";

    private final JdbcClient jdbc;

    public LeaseStore(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    private record Row(String holder, OffsetDateTime heldUntil, OffsetDateTime now) {

        private boolean isFree() {
            return holder == null || heldUntil.isBefore(now);
        }
    }

    /** @return for how long nobody had had it; empty when another holder has it */
    Optional<Duration> take(String name, String holder, Duration length) {
        Optional<Row> row = find(name);
        if (row.isEmpty()) {
            jdbc.sql(INSERT).param("name", name).update();
            row = find(name);
        }
        return row.filter(Row::isFree)
                .filter(
                        seen ->
                                jdbc.sql(TAKE)
                                                .param("name", name)
                                                .param("holder", holder)
                                                .param("seconds", length.toSeconds())
                                                .param("seen", seen.heldUntil)
                                                .update()
                                        == 1)
                .map(seen -> Duration.between(seen.heldUntil, seen.now));
    }

    private Optional<Row> find(String name) {
        return jdbc.sql(FIND)
                .param("name", name)
                .query(
                        (row, number) ->
                                new Row(
                                        row.getString("holder"),
                                        row.getObject("held_until", OffsetDateTime.class),
                                        row.getObject("now_at", OffsetDateTime.class)))
                .optional();
    }

    /** @return false when another holder has taken it */
    boolean keep(String name, String holder, Duration length) {
        return jdbc.sql(KEEP)
                        .param("name", name)
                        .param("holder", holder)
                        .param("seconds", length.toSeconds())
                        .update()
                == 1;
    }

    void letGo(String name, String holder) {
        jdbc.sql(LET_GO).param("name", name).param("holder", holder).update();
    }

    /** For a node that knows that no other is there: the holders are processes that have ended. */
    public void freeAll() {
        jdbc.sql(FREE_ALL).update();
    }

    public void forget(String name) {
        jdbc.sql(FORGET).param("name", name).update();
    }
}
