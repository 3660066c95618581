package org.coexhub.connector.chatwoot.client;

import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;

import javax.sql.DataSource;

/** Stores which conversation and which message in Chatwoot are which here. */
public final class ChatwootStore {

    private static final String ROOM =
            "SELECT * FROM chatwoot_conversation WHERE conversation = :conversation";

    private static final String CONVERSATION =
            "SELECT conversation FROM chatwoot_conversation WHERE conversation_id = :id";

    private static final String UNLINK =
            "DELETE FROM chatwoot_conversation WHERE conversation = :conversation";

    private static final String LINK =
            """
            INSERT INTO chatwoot_conversation (conversation, conversation_id, inbox_id, seen_id, linked_at)
            VALUES (:conversation, :id, :inbox, :seen, :now) ON CONFLICT DO NOTHING
            """;

    private static final String MESSAGE = "SELECT * FROM chatwoot_message WHERE message_key = :key";

    private static final String KEY_OF =
            """
            SELECT message_key FROM chatwoot_message
            WHERE message_id = :message AND conversation_id = :conversation
                AND message_key NOT LIKE 'command:%' AND message_key NOT LIKE 'chatwoot:%'
            ORDER BY noted_at LIMIT 1
            """;

    private static final String KNOWS =
            """
            SELECT (SELECT COUNT(*) FROM chatwoot_message WHERE message_id = :message)
                + (SELECT COUNT(*) FROM chatwoot_reply WHERE message_id = :message)
            """;

    private static final String HAS_FAILED =
            """
            SELECT COUNT(*) FROM chatwoot_message WHERE message_id = :message AND status = 'failed'
            """;

    private static final String FAILURES =
            """
            SELECT COUNT(*) FROM chatwoot_message WHERE message_id = :message AND status IN ('failed', 'retried')
            """;

    private static final String RETRIED =
            """
            UPDATE chatwoot_message SET status = 'retried' WHERE message_id = :message AND status = 'failed'
            """;

    private static final String DISPROVED =
            """
            UPDATE chatwoot_message SET status = 'disproved' WHERE message_key = :key AND status = 'failed'
            """;

    private static final String NEWEST =
            "SELECT MAX(message_id) FROM chatwoot_message WHERE conversation_id = :conversation";

    private static final String NOTE =
            """
            INSERT INTO chatwoot_message (message_key, noted_at) VALUES (:key, :now) ON CONFLICT DO NOTHING
            """;

    private static final String BEGIN =
            """
            UPDATE chatwoot_message SET conversation_id = :conversation, after_id = :after, settles_at = :settles
            WHERE message_key = :key
            """;

    private static final String SETTLE =
            "UPDATE chatwoot_message SET settles_at = :settles WHERE message_key = :key";

    private static final String WRITTEN =
            """
            UPDATE chatwoot_message SET conversation_id = :conversation, message_id = :message
            WHERE message_key = :key
            """;

    private static final String STATUS =
            """
            UPDATE chatwoot_message SET status = :status, detail = :detail WHERE message_key = :key
            """;

    private static final String WATCH =
            """
            INSERT INTO chatwoot_watch (inbox_id, since, read_until) VALUES (:inbox, :now, :now)
            ON CONFLICT DO NOTHING
            """;

    private static final String WATCHED = "SELECT * FROM chatwoot_watch WHERE inbox_id = :inbox";

    private static final String READ =
            "UPDATE chatwoot_watch SET read_until = :until WHERE inbox_id = :inbox";

    private static final int DETAIL = 1000;

    private final JdbcClient jdbc;
    private final InstantSource clock;

    public ChatwootStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.clock = clock;
    }

    /**
     * A conversation in Chatwoot.
     *
     * @param seenId newest message in it when it was found
     */
    public record Room(long id, long inbox, long seenId) {}

    /**
     * A message as far as it is known.
     *
     * @param messageId Chatwoot's id; null until it is known
     * @param settlesAt until then a request to post it may be under way; null when none was begun
     */
    public record Known(
            Long conversation,
            Long messageId,
            long afterId,
            Instant settlesAt,
            String status,
            String detail) {

        public boolean isThere() {
            return messageId != null;
        }

        public boolean isBegun() {
            return messageId == null && settlesAt != null;
        }
    }

    /** Of an inbox: since when the hub is there, and until when it has looked for lost replies. */
    public record Watch(Instant since, Instant readUntil) {}

    public Optional<Room> room(String conversation) {
        return jdbc.sql(ROOM)
                .param("conversation", conversation)
                .query(
                        (rs, row) ->
                                new Room(
                                        rs.getLong("conversation_id"),
                                        rs.getLong("inbox_id"),
                                        rs.getLong("seen_id")))
                .optional();
    }

    /** The hub's conversation that stands in this one of Chatwoot. */
    public Optional<String> conversationIn(long room) {
        return jdbc.sql(CONVERSATION).param("id", room).query(String.class).optional();
    }

    public void link(String conversation, Room room) {
        jdbc.sql(UNLINK).param("conversation", conversation).update();
        jdbc.sql(LINK)
                .param("conversation", conversation)
                .param("id", room.id())
                .param("inbox", room.inbox())
                .param("seen", room.seenId())
                .param("now", SqlTimes.at(clock.instant()))
                .update();
    }

    public void unlink(String conversation) {
        jdbc.sql(UNLINK).param("conversation", conversation).update();
    }

    public Optional<Known> message(String key) {
        return jdbc.sql(MESSAGE).param("key", key).query(ChatwootStore::known).optional();
    }

    /** WhatsApp's id of a message in Chatwoot. */
    public Optional<String> wamidOf(long conversation, long message) {
        return jdbc.sql(KEY_OF)
                .param("message", message)
                .param("conversation", conversation)
                .query(String.class)
                .optional();
    }

    /** Whether the message is the hub's own, or one it has taken or keeps waiting. */
    public boolean knows(long message) {
        return jdbc.sql(KNOWS).param("message", message).query(Long.class).single() > 0;
    }

    /** Whether the agent has been told that the message, or a part of it, did not go out. */
    public boolean hasFailed(long message) {
        return jdbc.sql(HAS_FAILED).param("message", message).query(Long.class).single() > 0;
    }

    /** How often the message has failed, first try and retries. */
    public int failures(long message) {
        return jdbc.sql(FAILURES).param("message", message).query(Integer.class).single();
    }

    /** The agent has ordered another try, and its command is durable. */
    public void retried(long message) {
        jdbc.sql(RETRIED).param("message", message).update();
    }

    /** What was told of this outcome has turned out to be wrong: the message went out. */
    public void disproved(String key) {
        jdbc.sql(DISPROVED).param("key", key).update();
    }

    /** Durable before the message is posted. */
    public void begin(String key, Room room, Duration longest) {
        note(key);
        Long newest =
                jdbc.sql(NEWEST)
                        .param("conversation", room.id())
                        .query((rs, row) -> rs.getObject(1, Long.class))
                        .list()
                        .getFirst();
        jdbc.sql(BEGIN)
                .param("key", key)
                .param("conversation", room.id())
                .param("after", Math.max(newest == null ? 0 : newest, room.seenId()))
                .param("settles", SqlTimes.at(clock.instant().plus(longest)))
                .update();
    }

    /** The request is over and may have left a message. */
    public void isOver(String key) {
        jdbc.sql(SETTLE).param("key", key).param("settles", SqlTimes.at(clock.instant())).update();
    }

    /** The request is over and has left nothing. */
    public void isRefused(String key) {
        jdbc.sql(SETTLE)
                .param("key", key)
                .param("settles", null, Types.TIMESTAMP_WITH_TIMEZONE)
                .update();
    }

    public void written(String key, long conversation, long message) {
        note(key);
        jdbc.sql(WRITTEN)
                .param("key", key)
                .param("conversation", conversation)
                .param("message", message)
                .update();
    }

    public void status(String key, String status, String detail) {
        note(key);
        jdbc.sql(STATUS)
                .param("key", key)
                .param("status", status)
                .param("detail", shortened(detail), Types.VARCHAR)
                .update();
    }

    private void note(String key) {
        jdbc.sql(NOTE).param("key", key).param("now", SqlTimes.at(clock.instant())).update();
    }

    /** Begins to watch the inbox when it is not watched yet. */
    public Watch watch(long inbox) {
        jdbc.sql(WATCH).param("inbox", inbox).param("now", SqlTimes.at(clock.instant())).update();
        return jdbc.sql(WATCHED)
                .param("inbox", inbox)
                .query(
                        (rs, row) ->
                                new Watch(
                                        SqlTimes.read(rs, "since"),
                                        SqlTimes.read(rs, "read_until")))
                .single();
    }

    public void readUntil(long inbox, Instant until) {
        jdbc.sql(READ).param("inbox", inbox).param("until", SqlTimes.at(until)).update();
    }

    private static Known known(ResultSet rs, int row) throws SQLException {
        return new Known(
                rs.getObject("conversation_id", Long.class),
                rs.getObject("message_id", Long.class),
                rs.getLong("after_id"),
                SqlTimes.read(rs, "settles_at"),
                rs.getString("status"),
                rs.getString("detail"));
    }

    private static String shortened(String text) {
        return text == null || text.length() <= DETAIL ? text : text.substring(0, DETAIL);
    }
}
