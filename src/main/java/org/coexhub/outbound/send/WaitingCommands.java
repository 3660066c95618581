package org.coexhub.outbound.send;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.store.CommandRows;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Instant;
import java.util.List;

import javax.sql.DataSource;

/** Reads which commands have not been sent and would be, for a person who decides about it. */
public final class WaitingCommands {

    private static final String TOTAL =
            """
            SELECT COUNT(*) AS commands, MIN(accepted_at) AS oldest, MAX(accepted_at) AS newest
            FROM command WHERE state IN ('accepted', 'queued')
            """;

    private static final String OLDEST =
            """
            SELECT id, phone_number_id, origin, accepted_at FROM command
            WHERE state IN ('accepted', 'queued') ORDER BY seq LIMIT :limit
            """;

    private static final String NOT_SENT =
            """
            SELECT id FROM command
            WHERE (state IN ('accepted', 'queued') OR (state = 'held' AND waits_for = 'window'))
                AND accepted_at <= :until
            ORDER BY seq LIMIT :limit
            """;

    private final JdbcClient jdbc;

    WaitingCommands(DataSource database) {
        this.jdbc = JdbcClient.create(database);
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
                .query(
                        (rs, row) ->
                                new Total(
                                        rs.getLong("commands"),
                                        CommandRows.instant(rs, "oldest"),
                                        CommandRows.instant(rs, "newest")))
                .single();
    }

    List<Row> oldest(int limit) {
        return jdbc.sql(OLDEST)
                .param("limit", limit)
                .query(
                        (rs, row) ->
                                new Row(
                                        rs.getString("id"),
                                        rs.getString("phone_number_id"),
                                        rs.getString("origin"),
                                        CommandRows.instant(rs, "accepted_at")))
                .list();
    }

    /** The oldest that were accepted until then; those that wait for a time of their own are left out. */
    List<CommandId> notSent(Instant until, int limit) {
        return jdbc.sql(NOT_SENT)
                .param("until", CommandRows.at(until))
                .param("limit", limit)
                .query((rs, row) -> new CommandId(rs.getString("id")))
                .list();
    }
}
