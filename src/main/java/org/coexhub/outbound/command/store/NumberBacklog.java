package org.coexhub.outbound.command.store;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

import javax.sql.DataSource;

/**
 * Keeps the commands that wait because their number has sent as much as it may: a backlog per number, in order of
 * acceptance, rows of bulks last.
 *
 * <p>A called command whose pointer got lost in a crash is called again by the sweeper.
 */
public final class NumberBacklog {

    private static final Duration CALLED = Duration.ofMinutes(1);

    private static final String NUMBERS =
            """
            SELECT number_id FROM number_limit n WHERE EXISTS (
                SELECT 1 FROM command c
                WHERE c.phone_number_id = n.number_id AND c.waits_for = 'limit' AND c.state = 'queued')
            """;

    private static final String NEXT =
            """
            SELECT id, recipient FROM command
            WHERE phone_number_id = :number AND waits_for = 'limit' AND state = 'queued'
            ORDER BY CASE WHEN origin = :bulk THEN 1 ELSE 0 END, seq LIMIT :limit
            """;

    private static final String CALL =
            """
            UPDATE command SET waits_for = NULL, wake_at = :claim
            WHERE id IN (:ids) AND waits_for = 'limit' AND state = 'queued'
            RETURNING id
            """;

    private static final String LENGTH =
            "SELECT COUNT(*) FROM command WHERE waits_for = 'limit' AND state = 'queued'";

    private final JdbcClient jdbc;
    private final GroupRows groups;
    private final InstantSource clock;

    private record Waiting(CommandId id, String recipient) {}

    public NumberBacklog(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.groups = new GroupRows(jdbc);
        this.clock = clock;
    }

    /** Numbers that have a backlog. */
    public List<PhoneNumberId> numbers() {
        return jdbc.sql(NUMBERS).query((rs, row) -> new PhoneNumberId(rs.getString(1))).list();
    }

    /** Who comes next, and to which groups they belong; their bodies stay where they are. */
    public List<Pointer> next(PhoneNumberId number, int limit) {
        return jdbc
                .sql(NEXT)
                .param("number", number.value())
                .param("bulk", Caller.BULK.origin())
                .param("limit", limit)
                .query((rs, row) -> new Waiting(new CommandId(rs.getString(1)), rs.getString(2)))
                .list()
                .stream()
                .map(next -> new Pointer(next.id, groups.of(next.id, number, next.recipient)))
                .toList();
    }

    /** Takes commands out of the backlog. Returns those that were still in it. */
    public Set<CommandId> call(Set<CommandId> ids) {
        if (ids.isEmpty()) {
            return Set.of();
        }
        return jdbc
                .sql(CALL)
                .param("ids", ids.stream().map(CommandId::value).toList())
                .param("claim", SqlTimes.millis(clock.instant().plus(CALLED)))
                .query(String.class)
                .list()
                .stream()
                .map(CommandId::new)
                .collect(Collectors.toSet());
    }

    public long length() {
        return jdbc.sql(LENGTH).query(Long.class).single();
    }
}
