package org.coexhub.outbound.send;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Instant;
import java.time.InstantSource;
import java.util.List;

import javax.sql.DataSource;

/**
 * Reads which commands have not been sent and would be, for a person who decides about it. A command for a time
 * that came while sending was held is one of them.
 */
public final class WaitingCommands {

    private static final String TOTAL =
            """
            SELECT COUNT(*) AS commands, MIN(accepted_at) AS oldest, MAX(accepted_at) AS newest
            FROM command
            WHERE state IN ('accepted', 'queued') OR (state = 'held' AND wake_at <= :now)
            """;

    private static final String OLDEST =
            """
            SELECT id, phone_number_id, origin, accepted_at FROM command
            WHERE state IN ('accepted', 'queued') OR (state = 'held' AND wake_at <= :now)
            ORDER BY seq LIMIT :limit
            """;

    private static final String NOT_SENT =
            """
            SELECT id FROM command
            WHERE (state IN ('accepted', 'queued')
                    OR (state = 'held' AND (waits_for = 'window' OR wake_at <= :now)))
                AND accepted_at <= :until
            ORDER BY seq LIMIT :limit
            """;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    WaitingCommands(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    /**
     * How many there are.
     *
     * @param oldest when the oldest was accepted; null where there are none
     * @param newest when the newest was accepted; null where there are none
     */
    public record Total(long commands, Instant oldest, Instant newest) {}

    /**
     * One of them.
     *
     * @param from the business number
     * @param source who handed it in
     */
    public record Row(String commandId, String from, String source, Instant acceptedAt) {}

    Total total() {
        return jdbc.sql(TOTAL)
                .param("now", now())
                .query(
                        (rs, row) ->
                                new Total(
                                        rs.getLong("commands"),
                                        SqlTimes.read(rs, "oldest"),
                                        SqlTimes.read(rs, "newest")))
                .single();
    }

    List<Row> oldest(int limit) {
        return jdbc.sql(OLDEST)
                .param("now", now())
                .param("limit", limit)
                .query(
                        (rs, row) ->
                                new Row(
                                        rs.getString("id"),
                                        rs.getString("phone_number_id"),
                                        rs.getString("origin"),
                                        SqlTimes.read(rs, "accepted_at")))
                .list();
    }

    private Object now() {
        return SqlTimes.millis(clock.instant());
    }

    /** The oldest that were accepted until then; those that wait for a time that is to come are left out. */
    List<CommandId> notSent(Instant until, int limit) {
        return jdbc.sql(NOT_SENT)
                .param("until", SqlTimes.millis(until))
                .param("now", now())
                .param("limit", limit)
                .query((rs, row) -> new CommandId(rs.getString("id")))
                .list();
    }
}
