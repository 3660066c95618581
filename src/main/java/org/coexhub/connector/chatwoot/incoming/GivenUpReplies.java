package org.coexhub.connector.chatwoot.incoming;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.StepPatience;
import org.coexhub.platform.lease.DueRows;
import org.coexhub.platform.store.SqlTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.io.IOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

/**
 * Agents' replies that will not be sent. That is durable before Chatwoot is told, so nothing that happens in between sends
 * them after all. Chatwoot is told until it has taken it, has refused to (4xx), or a day is over.
 */
public final class GivenUpReplies {

    private static final Logger LOG = LoggerFactory.getLogger(GivenUpReplies.class);

    /** What agents read where the hub itself has failed. */
    private static final String INTERNAL_ERROR =
            "internal_error: the hub failed at it; its log says why";

    private static final Duration LEASE = Duration.ofMinutes(2);
    private static final Duration PAUSE = Duration.ofSeconds(5);
    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(15);
    private static final Duration PATIENCE = Duration.ofHours(24);

    /** Refusals that mean "later". */
    private static final Set<Integer> LATER = Set.of(408, 425, 429);

    private static final int REASON_LENGTH = 1000;

    private static final String GIVE_UP =
            """
            UPDATE chatwoot_reply SET given_up = :why, given_up_at = :now, due_at = :now,
                held_until = NULL, tries = 0
            WHERE message_id = :message AND given_up IS NULL
            """;

    private static final String ADD =
            """
            INSERT INTO chatwoot_reply
                (message_id, conversation_id, body, due_at, tries, noted_at, given_up, given_up_at)
            VALUES (:message, :conversation, '{}', :now, 0, :now, :why, :now) ON CONFLICT DO NOTHING
            """;

    private final ChatwootClient client;
    private final ChatwootStore store;
    private final AgentReplies replies;
    private final JdbcClient jdbc;
    private final DueRows due;
    private final InstantSource clock;
    private final MeterRegistry meters;

    public GivenUpReplies(
            ChatwootClient client,
            ChatwootStore store,
            AgentReplies replies,
            DataSource database,
            InstantSource clock,
            MeterRegistry meters) {
        this.client = client;
        this.store = store;
        this.replies = replies;
        this.jdbc = JdbcClient.create(database);
        this.due =
                new DueRows(
                        jdbc,
                        clock,
                        "chatwoot_reply",
                        "message_id",
                        "given_up IS NOT NULL",
                        "due_at, message_id");
        this.clock = clock;
        this.meters = meters;
    }

    /** @param tries this one among them */
    private record Row(long message, long conversation, String why, Instant since, int tries) {

        private static Row read(ResultSet rs, int number) throws SQLException {
            return new Row(
                    rs.getLong("message_id"),
                    rs.getLong("conversation_id"),
                    rs.getString("given_up"),
                    SqlTimes.read(rs, "given_up_at"),
                    rs.getInt("tries"));
        }
    }

    /** Gives the reply up for a reason that its agent can do something about; one that is given up already stays as it is. */
    void add(long conversation, long message, String why) {
        String reason =
                why == null || why.length() <= REASON_LENGTH
                        ? why
                        : why.substring(0, REASON_LENGTH);
        OffsetDateTime now = SqlTimes.at(clock.instant());
        int known =
                jdbc.sql(GIVE_UP)
                        .param("message", message)
                        .param("why", String.valueOf(reason))
                        .param("now", now)
                        .update();
        if (known == 0) {
            jdbc.sql(ADD)
                    .param("message", message)
                    .param("conversation", conversation)
                    .param("why", String.valueOf(reason))
                    .param("now", now)
                    .update();
        }
    }

    /**
     * Gives the reply up that the hub has failed at.
     *
     * @throws RuntimeException the failure itself, where it passes without anybody changing the reply
     */
    void failed(long conversation, long message, RuntimeException failure) {
        if (PassingFailure.isCauseOf(failure)) {
            throw failure;
        }
        LOG.error(
                "Reply {} in Chatwoot is given up, for a failure of the hub's own: {}",
                message,
                FailureSummary.of(failure));
        StepPatience.count(meters, "commands-chatwoot");
        add(conversation, message, INTERNAL_ERROR);
    }

    /** Tells Chatwoot of those that are due, as long as it listens. */
    void tell() {
        Optional<Row> next = due.take(LEASE, Row::read);
        while (next.isPresent() && told(next.get())) {
            next = due.take(LEASE, Row::read);
        }
    }

    /** @return whether the next may be told at once */
    private boolean told(Row row) {
        Exception failure = failureOf(row);
        Instant now = clock.instant();
        boolean over = !now.isBefore(row.since().plus(PATIENCE));
        if (failure != null && !over && passes(failure)) {
            later(row, now);
            return !isChatwoots(failure);
        }
        if (failure != null) {
            LOG.warn(
                    "Reply {} in Chatwoot is not sent, and cannot be shown as failed there: {}",
                    row.message(),
                    failure instanceof HttpOperationFailedException http
                            ? "HTTP " + http.getStatusCode()
                            : FailureSummary.of(failure));
        }
        store.written(replies.key(row.message()), row.conversation(), row.message());
        due.delete(row.message());
        return true;
    }

    /** @return null where Chatwoot has taken it */
    private Exception failureOf(Row row) {
        try {
            client.status(row.conversation(), row.message(), "failed", row.why());
            return null;
        } catch (IOException | HttpOperationFailedException failure) {
            return failure;
        } catch (RuntimeException failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            return failure;
        }
    }

    /** The next would meet it as well; a failure of the hub's own is this one's alone. */
    private static boolean isChatwoots(Exception failure) {
        return !(failure instanceof RuntimeException);
    }

    private static boolean passes(Exception failure) {
        return !(failure instanceof HttpOperationFailedException http)
                || http.getStatusCode() / 100 != 4
                || LATER.contains(http.getStatusCode());
    }

    private void later(Row row, Instant now) {
        Duration pause = PAUSE.multipliedBy(row.tries());
        due.later(
                row.message(),
                now.plus(pause.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause),
                Map.of());
    }
}
