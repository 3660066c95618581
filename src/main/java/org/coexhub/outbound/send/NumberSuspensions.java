package org.coexhub.outbound.send;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.graph.ErrorTable;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Keeps which business numbers Meta lets send nothing at the moment. A refused send begins a suspension, a send
 * that succeeds lifts it, and the oldest waiting command is the probe. Probes are claimed in the database, so that all
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

    private static final String INSERT =
            """
            INSERT INTO number_suspension (number_id, code, reason, since, next_probe)
            VALUES (:number, :code, :reason, :now, :probe) ON CONFLICT DO NOTHING
            """;

    private static final String UPDATE =
            """
            UPDATE number_suspension SET code = :code, reason = :reason, next_probe = :probe, lifted_at = NULL
            WHERE number_id = :number
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
        OffsetDateTime lifted = rs.getObject("lifted_at", OffsetDateTime.class);
        return new Suspension(
                new PhoneNumberId(rs.getString("number_id")),
                rs.getInt("code"),
                rs.getString("reason"),
                rs.getObject("since", OffsetDateTime.class).toInstant(),
                rs.getObject("next_probe", OffsetDateTime.class).toInstant(),
                rs.getInt("probes"),
                rs.getBoolean("told"),
                lifted == null ? null : lifted.toInstant());
    }

    /** Suspends the number, or keeps it suspended after a refused probe. Returns when it may be probed. */
    Instant suspend(PhoneNumberId number, ErrorTable.Row error, int code) {
        Instant now = clock.instant();
        int probes = find(number).map(Suspension::probes).orElse(0);
        Duration pause = error.wait(probes + 1);
        Instant probe = now.plus(pause.compareTo(SHORTEST_PAUSE) < 0 ? SHORTEST_PAUSE : pause);
        int inserted =
                jdbc.sql(INSERT)
                        .param("number", number.value())
                        .param("code", code)
                        .param("reason", error.name())
                        .param("now", at(now))
                        .param("probe", at(probe))
                        .update();
        if (inserted == 0) {
            jdbc.sql(UPDATE)
                    .param("number", number.value())
                    .param("code", code)
                    .param("reason", error.name())
                    .param("probe", at(probe))
                    .update();
        }
        return probe;
    }

    /** True for the one command that may try now. */
    boolean claimProbe(PhoneNumberId number) {
        Instant now = clock.instant();
        return jdbc.sql(CLAIM)
                        .param("number", number.value())
                        .param("now", at(now))
                        .param("lost", at(now.plus(LOST_PROBE)))
                        .update()
                == 1;
    }

    /** True for the one that was first. */
    boolean markTold(Suspension suspension) {
        return jdbc.sql(TOLD)
                        .param("number", suspension.number().value())
                        .param("since", at(suspension.since()))
                        .update()
                == 1;
    }

    /** The number sends again. One that is suspended anew before its end is told was suspended all the time. */
    void lift(PhoneNumberId number) {
        jdbc.sql(LIFT).param("number", number.value()).param("now", at(clock.instant())).update();
    }

    /** Those that are over and not yet told to be. */
    List<Suspension> ended() {
        return jdbc.sql(ENDED).query(NumberSuspensions::map).list();
    }

    /** True for the one that was first. */
    boolean forget(Suspension ended) {
        return jdbc.sql(FORGET)
                        .param("number", ended.number().value())
                        .param("since", at(ended.since()))
                        .param("lifted", at(ended.liftedAt()))
                        .update()
                == 1;
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.truncatedTo(ChronoUnit.MILLIS).atOffset(ZoneOffset.UTC);
    }
}
