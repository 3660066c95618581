package org.coexhub.outbound.send;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Keeps which business numbers Meta lets send nothing at the moment. A refused send begins a suspension, a send
 * that succeeds lifts it, and one of the waiting commands after the other is the probe. Probes are claimed in the database, so that all
 * nodes together keep the pace.
 */
public final class NumberSuspensions {

    /** Meta is never probed faster than this, whatever the number of nodes. */
    static final Duration SHORTEST_PAUSE = Duration.ofSeconds(5);

    /** A probe that never reported back is followed by the next one after this. */
    private static final Duration LOST_PROBE = Duration.ofSeconds(45);

    private static final String FIND =
            "SELECT * FROM number_suspension WHERE number_id = :number AND lifted_at IS NULL";

    private static final String ALL =
            "SELECT * FROM number_suspension WHERE lifted_at IS NULL ORDER BY number_id";

    private static final String ENDED =
            "SELECT * FROM number_suspension WHERE lifted_at IS NOT NULL ORDER BY number_id";

    /** One that was lifted is over, whether its end has been told or not: a new one begins. */
    private static final String SUSPEND =
            """
            INSERT INTO number_suspension AS s (number_id, code, reason, since, next_probe)
            VALUES (:number, :code, :reason, :now, :probe)
            ON CONFLICT (number_id) DO UPDATE SET
                code = excluded.code, reason = excluded.reason, next_probe = excluded.next_probe, lifted_at = NULL,
                since = CASE WHEN s.lifted_at IS NULL THEN s.since ELSE excluded.since END,
                probes = CASE WHEN s.lifted_at IS NULL THEN s.probes ELSE 0 END,
                told = s.told AND s.lifted_at IS NULL
            """;

    private static final String CLAIM =
            """
            UPDATE number_suspension SET next_probe = :lost, probes = probes + 1
            WHERE number_id = :number AND next_probe <= :now AND lifted_at IS NULL
            """;

    private static final String TOLD =
            """
            UPDATE number_suspension SET told = TRUE
            WHERE number_id = :number AND since = :since AND told = FALSE
            """;

    private static final String LIFT =
            """
            UPDATE number_suspension SET lifted_at = :now WHERE number_id = :number AND lifted_at IS NULL
            """;

    private static final String LATEST =
            """
            SELECT COUNT(*) FROM number_suspension
            WHERE number_id = :number AND since = :since AND lifted_at = :lifted
            """;

    private static final String FORGET =
            """
            DELETE FROM number_suspension
            WHERE number_id = :number AND since = :since AND lifted_at = :lifted
            """;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    NumberSuspensions(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    /**
     * One suspended number.
     *
     * @param code Meta's error code
     * @param reason the code's name
     * @param probes how many probes were refused
     * @param told an event has told it
     * @param liftedAt when a send got through; null while it lasts
     */
    public record Suspension(
            PhoneNumberId number,
            int code,
            String reason,
            Instant since,
            Instant nextProbe,
            int probes,
            boolean told,
            Instant liftedAt) {}

    public Optional<Suspension> find(PhoneNumberId number) {
        return jdbc.sql(FIND)
                .param("number", number.value())
                .query(NumberSuspensions::map)
                .optional();
    }

    public List<Suspension> all() {
        return jdbc.sql(ALL).query(NumberSuspensions::map).list();
    }

    private static Suspension map(ResultSet rs, int row) throws SQLException {
        Instant lifted = SqlTimes.read(rs, "lifted_at");
        return new Suspension(
                new PhoneNumberId(rs.getString("number_id")),
                rs.getInt("code"),
                rs.getString("reason"),
                SqlTimes.read(rs, "since"),
                SqlTimes.read(rs, "next_probe"),
                rs.getInt("probes"),
                rs.getBoolean("told"),
                lifted);
    }

    /** Suspends the number, or keeps it suspended after a refused probe. Returns when it may be probed. */
    Instant suspend(PhoneNumberId number, ErrorTable.Row error, int code) {
        Instant now = clock.instant();
        int probes = find(number).map(Suspension::probes).orElse(0);
        Duration pause = error.wait(probes + 1);
        Instant probe = now.plus(pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause);
        jdbc.sql(SUSPEND)
                .param("number", number.value())
                .param("code", code)
                .param("reason", error.name())
                .param("now", SqlTimes.millis(now))
                .param("probe", SqlTimes.millis(probe))
                .update();
        return probe;
    }

    /** True for the one command that may try now. */
    boolean claimProbe(PhoneNumberId number) {
        Instant now = clock.instant();
        return jdbc.sql(CLAIM)
                        .param("number", number.value())
                        .param("now", SqlTimes.millis(now))
                        .param("lost", SqlTimes.millis(now.plus(LOST_PROBE)))
                        .update()
                == 1;
    }

    /** True for the one that was first. */
    boolean markTold(Suspension suspension) {
        return jdbc.sql(TOLD)
                        .param("number", suspension.number().value())
                        .param("since", SqlTimes.millis(suspension.since()))
                        .update()
                == 1;
    }

    /** The number sends again. */
    void lift(PhoneNumberId number) {
        jdbc.sql(LIFT)
                .param("number", number.value())
                .param("now", SqlTimes.millis(clock.instant()))
                .update();
    }

    /** Those that are over and not yet told to be. */
    List<Suspension> ended() {
        return jdbc.sql(ENDED).query(NumberSuspensions::map).list();
    }

    /** Whether it is still the number's latest: no other has begun since, and nobody has told its end. */
    boolean isLatest(Suspension ended) {
        return about(LATEST, ended).query(Integer.class).single() == 1;
    }

    /**
     * Forgets an ended suspension once that is told.
     *
     * @return true for the one that was first; false as well where another suspension has begun meanwhile, which stays
     */
    boolean forget(Suspension ended) {
        return about(FORGET, ended).update() == 1;
    }

    private JdbcClient.StatementSpec about(String sql, Suspension ended) {
        return jdbc.sql(sql)
                .param("number", ended.number().value())
                .param("since", SqlTimes.millis(ended.since()))
                .param("lifted", SqlTimes.millis(ended.liftedAt()));
    }
}
