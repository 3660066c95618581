package org.coexhub.connector.chatbot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;

import javax.sql.DataSource;

/**
 * Stores what is open between a conversation and its bot beside messages: choices offered, and an answer that is still
 * to come.
 */
@Repository
class OpenQuestionStore {

    private static final String MAKE =
            "INSERT INTO bot_line (conversation) VALUES (:conversation) ON CONFLICT DO NOTHING";

    private static final String OFFER =
            "UPDATE bot_line SET offered = :offered WHERE conversation = :conversation";

    private static final String OFFERED =
            "SELECT offered FROM bot_line WHERE conversation = :conversation AND offered IS NOT"
                    + " NULL";

    private static final String WAIT =
            """
            UPDATE bot_line SET waiting_for = :event, waiting_since = COALESCE(waiting_since, :now)
            WHERE conversation = :conversation\
            """;

    private static final String HEARD =
            """
            UPDATE bot_line SET waiting_for = NULL, waiting_since = NULL
            WHERE conversation = :conversation\
            """;

    private static final String GIVEN_UP = HEARD + " AND waiting_for = :event";

    private static final String LAST_ASKED =
            "SELECT turn FROM bot_message WHERE conversation = :conversation AND turn <> '-'"
                    + " ORDER BY seq DESC LIMIT 1";

    private static final String OVERDUE =
            """
            SELECT conversation, waiting_for FROM bot_line WHERE waiting_since < :before
            ORDER BY waiting_since LIMIT 100\
            """;

    private final JdbcClient jdbc;
    private final InstantSource clock;
    private final ObjectMapper json = new ObjectMapper();

    OpenQuestionStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    /** An event whose answer has not come. */
    record Overdue(ConversationId conversation, EventId event) {}

    /** What the customer may answer from now on, and what the bot means by it. */
    void offer(ConversationId conversation, Map<String, String> offered) {
        if (offered.isEmpty() && offered(conversation).isMissingNode()) {
            return;
        }
        jdbc.sql(MAKE).param("conversation", conversation.value()).update();
        jdbc.sql(OFFER)
                .param("conversation", conversation.value())
                .param(
                        "offered",
                        offered.isEmpty() ? null : json.valueToTree(offered).toString(),
                        java.sql.Types.VARCHAR)
                .update();
    }

    /** The bot's payload by the customer's answer. */
    JsonNode offered(ConversationId conversation) {
        return jdbc.sql(OFFERED)
                .param("conversation", conversation.value())
                .query(String.class)
                .optional()
                .map(this::read)
                .orElseGet(com.fasterxml.jackson.databind.node.MissingNode::getInstance);
    }

    /** The bot will answer this event by itself. Whoever asks again has waited since the first unanswered question. */
    void waitFor(ConversationId conversation, EventId event) {
        jdbc.sql(MAKE).param("conversation", conversation.value()).update();
        jdbc.sql(WAIT)
                .param("conversation", conversation.value())
                .param("event", event.value())
                .param("now", SqlTimes.millis(clock.instant()))
                .update();
    }

    /** The bot has said something, or nobody waits any longer. */
    void heard(ConversationId conversation) {
        jdbc.sql(HEARD).param("conversation", conversation.value()).update();
    }

    /** Nobody waits any longer for the answer to this event; a later one may still come. */
    void givenUp(Overdue overdue) {
        jdbc.sql(GIVEN_UP)
                .param("conversation", overdue.conversation.value())
                .param("event", overdue.event.value())
                .update();
    }

    /** The event the bot was last asked about, or null. */
    EventId lastAsked(ConversationId conversation) {
        return jdbc.sql(LAST_ASKED)
                .param("conversation", conversation.value())
                .query(String.class)
                .optional()
                .map(EventId::new)
                .orElse(null);
    }

    List<Overdue> overdue(Duration patience) {
        return jdbc.sql(OVERDUE)
                .param("before", SqlTimes.millis(clock.instant().minus(patience)))
                .query(
                        (row, i) ->
                                new Overdue(
                                        new ConversationId(row.getString(1)),
                                        new EventId(row.getString(2))))
                .list();
    }

    private JsonNode read(String text) {
        try {
            return json.readTree(text);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
