package org.coexhub.outbound.cost;

import org.coexhub.event.EventId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.RepeatListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Locale;
import java.util.UUID;

/** Counts messages that were not sent: a person had the conversation, or the command had been handed in before. */
@Component
class Savings implements RepeatListener {

    private static final Logger LOG = LoggerFactory.getLogger(Savings.class);

    private static final String INSERT =
            """
            INSERT INTO cost_saving (id, on_day, number_id, cause) VALUES (:id, :day, :number, :cause)
            ON CONFLICT DO NOTHING
            """;

    /** Why a message was not sent. */
    enum Cause {
        TAKEOVER,
        REPEAT;

        String column() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final JdbcClient jdbc;
    private final CostMetrics metrics;
    private final InstantSource clock;

    Savings(JdbcClient jdbc, CostMetrics metrics, InstantSource clock) {
        this.jdbc = jdbc;
        this.metrics = metrics;
        this.clock = clock;
    }

    void takenOver(EventId rejection, PhoneNumberId number, Instant at) {
        insert(rejection.value(), number, Cause.TAKEOVER, at);
    }

    /** The count is beside the point of the request: when it cannot be stored, the request is answered all the same. */
    @Override
    public void repeated(CommandId first, PhoneNumberId number) {
        try {
            String id = first.value() + ":" + UUID.randomUUID();
            insert(id, number, Cause.REPEAT, clock.instant());
        } catch (DataAccessException away) {
            LOG.warn(
                    "A repetition of command {} is not counted, the store failed: {}",
                    first,
                    away.getClass().getSimpleName());
        }
    }

    private void insert(String id, PhoneNumberId number, Cause cause, Instant at) {
        jdbc.sql(INSERT)
                .param("id", id)
                .param("day", at.atOffset(ZoneOffset.UTC).toLocalDate())
                .param("number", number.value())
                .param("cause", cause.column())
                .update();
        metrics.saved(cause.column());
    }
}
