package org.coexhub.connector.chatbot;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Stores which of a customer's messages are one turn of the bot.
 *
 * <p><b>Why no message is lost and no answer is doubled.</b> A message is written down before anything else is done with
 * it. A turn takes all messages of its conversation that wait, in one statement, and is named by the event that asks; a
 * message belongs to one turn at most. Whatever is rolled back afterwards, that event comes again and finds the same
 * messages under its name, so the same replies get the same keys. <p>A turn of {@code -} means that nobody will ask. A message that is left to a newer one is safe, because
 * the newer one was written down and is still in the queue. The events of a conversation come one at a time, so no two
 * turns of it take messages at once.
 */
@Repository
class TurnStore {

    private static final String NOTE =
            """
            INSERT INTO bot_message (event_id, conversation, noted_at, payload)
            VALUES (:event, :conversation, :now, :payload) ON CONFLICT DO NOTHING\
            """;

    private static final String FIND = "SELECT * FROM bot_message WHERE event_id = :event";

    private static final String WAITING =
            "SELECT * FROM bot_message WHERE conversation = :conversation AND turn IS NULL ORDER BY"
                    + " seq";

    private static final String CLAIM =
            """
            UPDATE bot_message SET turn = :event, asked_at = :now
            WHERE conversation = :conversation AND turn IS NULL\
            """;

    private static final String TURN =
            """
            SELECT b.*, e.body FROM bot_message b LEFT JOIN event_log e ON e.id = b.event_id
            WHERE b.conversation = :conversation AND b.turn = :event ORDER BY b.seq\
            """;

    private static final String FAILED =
            """
            UPDATE bot_message SET turn = NULL, asked_at = NULL, tries = tries + :tries
            WHERE conversation = :conversation AND turn = :event\
            """;

    private static final String PASS_OVER =
            """
            UPDATE bot_message SET turn = '-' WHERE conversation = :conversation AND turn IS NULL\
            """;

    private static final String COUNT_TURNS =
            """
            SELECT COUNT(DISTINCT turn) FROM bot_message
            WHERE conversation = :conversation AND asked_at > :since AND turn <> '-'\
            """;

    private static final String TIDY =
            "DELETE FROM bot_message WHERE noted_at < :before AND turn IS NOT NULL";

    private final JdbcClient jdbc;
    private final InstantSource clock;

    TurnStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    /**
     * One message.
     *
     * @param turn event that asked about it; null while it waits
     * @param body the CloudEvent, null once its retention is over; only in {@link #turn}
     */
    record Entry(
            EventId event,
            long seq,
            Instant noted,
            String turn,
            int tries,
            String payload,
            byte[] body) {

        boolean waits() {
            return turn == null;
        }

        boolean asks() {
            return event.value().equals(turn);
        }
    }

    /**
     * Writes the message down, once, and returns what is known of it.
     *
     * @param payload kept without U+0000, which JSON may hold and the store may not; or null
     */
    Entry note(ConversationId conversation, EventId event, String payload) {
        String kept = payload == null ? null : payload.replace("\u0000", "");
        jdbc.sql(NOTE)
                .param("event", event.value())
                .param("conversation", conversation.value())
                .param("now", SqlTimes.millis(clock.instant()))
                .param("payload", kept, java.sql.Types.VARCHAR)
                .update();
        return find(event).orElseThrow();
    }

    Optional<Entry> find(EventId event) {
        return jdbc.sql(FIND)
                .param("event", event.value())
                .query((row, i) -> entry(row, null))
                .optional();
    }

    /** Oldest first. */
    List<Entry> waiting(ConversationId conversation) {
        return jdbc.sql(WAITING)
                .param("conversation", conversation.value())
                .query((row, i) -> entry(row, null))
                .list();
    }

    /** All that wait become the turn of this event, unless it has one already. Oldest first. */
    List<Entry> turn(ConversationId conversation, Entry asking) {
        if (asking.waits()) {
            jdbc.sql(CLAIM)
                    .param("event", asking.event().value())
                    .param("conversation", conversation.value())
                    .param("now", SqlTimes.millis(clock.instant()))
                    .update();
        }
        return jdbc.sql(TURN)
                .param("conversation", conversation.value())
                .param("event", asking.event().value())
                .query((row, i) -> entry(row, row.getBytes("body")))
                .list();
    }

    /** The turn's messages wait again, for whichever event comes first. */
    void failed(ConversationId conversation, EventId event, boolean tried) {
        jdbc.sql(FAILED)
                .param("conversation", conversation.value())
                .param("event", event.value())
                .param("tries", tried ? 1 : 0)
                .update();
    }

    /** Nobody will ask about what waits: people have the conversation. */
    void passOver(ConversationId conversation) {
        jdbc.sql(PASS_OVER).param("conversation", conversation.value()).update();
    }

    int turnsWithin(ConversationId conversation, Duration time) {
        return jdbc.sql(COUNT_TURNS)
                .param("conversation", conversation.value())
                .param("since", SqlTimes.millis(clock.instant().minus(time)))
                .query(Integer.class)
                .single();
    }

    /** Removes what is so old that its event cannot come again. */
    void tidy(Duration life) {
        jdbc.sql(TIDY).param("before", SqlTimes.millis(clock.instant().minus(life))).update();
    }

    private static Entry entry(ResultSet row, byte[] body) throws SQLException {
        return new Entry(
                new EventId(row.getString("event_id")),
                row.getLong("seq"),
                SqlTimes.read(row, "noted_at"),
                row.getString("turn"),
                row.getInt("tries"),
                row.getString("payload"),
                body);
    }
}
