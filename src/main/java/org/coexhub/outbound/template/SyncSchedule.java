package org.coexhub.outbound.template;

import org.coexhub.event.WabaId;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Schedules when each account's templates are fetched. Kept in the database, so that of several nodes one does it. */
@Repository
class SyncSchedule {

    /** A fetch that never reported back is followed by another after this. */
    private static final Duration LOST = Duration.ofMinutes(2);

    private static final String APPEAR =
            """
            INSERT INTO template_sync (waba_id, next_at)
            SELECT DISTINCT waba_id, CAST(:now AS TIMESTAMP WITH TIME ZONE) FROM business_number
            WHERE waba_id IS NOT NULL ON CONFLICT DO NOTHING
            """;

    private static final String DUE =
            """
            SELECT waba_id FROM template_sync
            WHERE next_at <= :now AND (taken_at IS NULL OR taken_at <= :lost) ORDER BY next_at
            """;

    private static final String CLAIM =
            """
            UPDATE template_sync SET taken_at = :now, next_at = :again
            WHERE waba_id = :account AND next_at <= :now AND (taken_at IS NULL OR taken_at <= :lost)
            """;

    private static final String DONE =
            """
            UPDATE template_sync SET synced_at = :begun, failed_at = NULL, taken_at = NULL,
                next_at = CASE WHEN next_at < :again THEN next_at ELSE :next END
            WHERE waba_id = :account
            """;

    private static final String FAILED =
            """
            UPDATE template_sync SET failed_at = :begun, taken_at = NULL,
                next_at = CASE WHEN next_at < :again THEN next_at ELSE :next END
            WHERE waba_id = :account
            """;

    private static final String SOON =
            "UPDATE template_sync SET next_at = :now WHERE waba_id = :account AND next_at > :now";

    private static final String FIND =
            "SELECT synced_at, failed_at FROM template_sync WHERE waba_id = :account";

    private final JdbcClient jdbc;

    SyncSchedule(JdbcClient jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * @param synced start of the last fetch that got everything; null for none
     * @param failed start of a fetch after that one that did not; null for none
     */
    record Standing(Instant synced, Instant failed) {}

    /** Accounts whose list is due, those just seen among them; each is to be claimed before it is fetched. */
    List<WabaId> due(Instant now) {
        jdbc.sql(APPEAR).param("now", SqlTimes.at(now)).update();
        return jdbc
                .sql(DUE)
                .param("now", SqlTimes.at(now))
                .param("lost", SqlTimes.at(now.minus(LOST)))
                .query(String.class)
                .list()
                .stream()
                .map(WabaId::new)
                .toList();
    }

    boolean claim(WabaId account, Instant now) {
        return jdbc.sql(CLAIM)
                        .param("account", account.value())
                        .param("now", SqlTimes.at(now))
                        .param("lost", SqlTimes.at(now.minus(LOST)))
                        .param("again", SqlTimes.at(now.plus(LOST)))
                        .update()
                == 1;
    }

    void done(WabaId account, Instant begun, Instant next) {
        end(DONE, account, begun, next);
    }

    void failed(WabaId account, Instant begun, Instant next) {
        end(FAILED, account, begun, next);
    }

    /** A hint that came while the list was fetched stays: what it tells of may not have been in the list yet. */
    private void end(String sql, WabaId account, Instant begun, Instant next) {
        jdbc.sql(sql)
                .param("account", account.value())
                .param("begun", SqlTimes.at(begun))
                .param("again", SqlTimes.at(begun.plus(LOST)))
                .param("next", SqlTimes.at(next))
                .update();
    }

    /** As soon as may be; after the fetch that is under way, if one is. */
    void soon(WabaId account, Instant now) {
        jdbc.sql(SOON).param("account", account.value()).param("now", SqlTimes.at(now)).update();
    }

    Optional<Standing> find(WabaId account) {
        return jdbc.sql(FIND)
                .param("account", account.value())
                .query(
                        (row, number) ->
                                new Standing(
                                        SqlTimes.read(row, "synced_at"),
                                        SqlTimes.read(row, "failed_at")))
                .optional();
    }
}
