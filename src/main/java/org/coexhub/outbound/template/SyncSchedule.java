package org.coexhub.outbound.template;

import org.coexhub.event.WabaId;
import org.coexhub.platform.lease.DueRows;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/** Schedules when each account's templates are fetched. Kept in the database, so that of several nodes one does it. */
@Repository
class SyncSchedule {

    /** A fetch that never reported back is followed by another after this. */
    private static final Duration LOST = Duration.ofMinutes(2);

    private static final String APPEAR =
            """
            INSERT INTO template_sync (waba_id, due_at)
            SELECT DISTINCT waba_id, CAST(:now AS TIMESTAMP WITH TIME ZONE) FROM business_number
            WHERE waba_id IS NOT NULL ON CONFLICT DO NOTHING
            """;

    private static final String END =
            """
            UPDATE template_sync SET synced_at = COALESCE(:synced, synced_at), failed_at = :failed, held_until = NULL,
                due_at = CASE WHEN due_at < :again THEN due_at ELSE :next END
            WHERE waba_id = :account
            """;

    private static final String SOON =
            "UPDATE template_sync SET due_at = :now WHERE waba_id = :account AND due_at > :now";

    private static final String FIND =
            "SELECT synced_at, failed_at FROM template_sync WHERE waba_id = :account";

    private final JdbcClient jdbc;
    private final DueRows due;
    private final InstantSource clock;

    SyncSchedule(JdbcClient jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.due = new DueRows(jdbc, clock, "template_sync", "waba_id", "TRUE", "due_at");
        this.clock = clock;
    }

    /**
     * @param synced start of the last fetch that got everything; null for none
     * @param failed start of a fetch after that one that did not; null for none
     */
    record Standing(Instant synced, Instant failed) {}

    /** Accounts whose list is due, those just seen among them; each is to be claimed before it is fetched. */
    List<WabaId> due() {
        jdbc.sql(APPEAR).param("now", SqlTimes.at(clock.instant())).update();
        return due.due().stream().map(WabaId::new).toList();
    }

    boolean claim(WabaId account) {
        return due.take(account.value(), LOST, (row, number) -> account).isPresent();
    }

    void done(WabaId account, Instant begun, Instant next) {
        end(account, begun, next, begun, null);
    }

    void failed(WabaId account, Instant begun, Instant next) {
        end(account, begun, next, null, begun);
    }

    /** A hint that came while the list was fetched stays: what it tells of may not have been in the list yet. */
    private void end(WabaId account, Instant begun, Instant next, Instant synced, Instant failed) {
        jdbc.sql(END)
                .param("account", account.value())
                .param("synced", SqlTimes.at(synced), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("failed", SqlTimes.at(failed), Types.TIMESTAMP_WITH_TIMEZONE)
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
