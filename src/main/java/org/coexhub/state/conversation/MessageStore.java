package org.coexhub.state.conversation;

import org.coexhub.event.ConversationId;
import org.coexhub.event.Wamid;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Stores messages by wamid: whose, when, and how far their delivery got. Their content stays in the event log. */
@Repository
public class MessageStore {

    private static final String FIND =
            "SELECT wamid, origin, state, edited_at FROM message WHERE wamid = ANY (?)";

    private static final String HEARD_OF =
            "SELECT wamid FROM message WHERE wamid = ANY (?) AND origin <> 'unknown'";

    private static final String STATES =
            """
            SELECT wamid, CASE WHEN revoked_at IS NULL THEN state ELSE 'deleted' END FROM message
            WHERE wamid = ANY (?) AND (state IS NOT NULL OR revoked_at IS NOT NULL)\
            """;

    private static final String INSERT =
            """
            INSERT INTO message (wamid, conversation, origin, type, sent_at, target, state, state_at,
                edited_at, edited_by, completed_by, revoked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING\
            """;

    private static final String ARRIVED =
            "UPDATE message SET conversation = ?, origin = ?, type = ?, sent_at = ?, target = ?"
                    + " WHERE wamid = ? AND origin = 'unknown'";

    private static final String CHANGED =
            """
            UPDATE message SET state = COALESCE(?, state), state_at = COALESCE(?, state_at),
                edited_at = COALESCE(?, edited_at), edited_by = COALESCE(?, edited_by),
                completed_by = COALESCE(?, completed_by), revoked_at = COALESCE(?, revoked_at),
                type = COALESCE(?, type)
            WHERE wamid = ?\
            """;

    /** An edit and a deletion show in what they changed, if that is known, and not beside it. */
    private static final String OF_CONVERSATION =
            """
             FROM message m LEFT JOIN event_log e ON e.id = CONCAT('message:', m.wamid)
                LEFT JOIN event_log completion ON completion.id = m.completed_by
                LEFT JOIN event_log edit ON edit.id = m.edited_by
            WHERE m.conversation = ? AND m.origin <> 'unknown' AND NOT EXISTS
                (SELECT 1 FROM message t WHERE t.wamid = m.target AND t.origin <> 'unknown')
            ORDER BY m.sent_at DESC, m.wamid LIMIT ? OFFSET ?\
            """;

    private static final String SIZES =
            "SELECT COALESCE(OCTET_LENGTH(e.body), 0) + COALESCE(OCTET_LENGTH(completion.body), 0)"
                    + " + COALESCE(OCTET_LENGTH(edit.body), 0)"
                    + OF_CONVERSATION;

    /** The bodies of events are the content; a message whose body has passed retention is listed without. */
    private static final String SHOWN =
            "SELECT m.wamid, m.origin, m.type, m.sent_at, m.state, m.state_at, m.edited_at,"
                    + " m.revoked_at, e.body, completion.body, edit.body"
                    + OF_CONVERSATION;

    private static final String SENT_TO =
            """
            SELECT e.body FROM message m JOIN event_log e ON e.id = CONCAT('message:', m.wamid)
            WHERE m.conversation = ? AND m.sent_at BETWEEN ? AND ? AND m.origin IN ('app', 'hub')
                AND e.body IS NOT NULL
            """;

    /** A customer's message that nobody has answered, and before which none waits for the same answer. */
    private static final String FIRST_UNANSWERED =
            """
            SELECT COUNT(*) FROM message m JOIN event_log e ON e.id = CONCAT('message:', m.wamid)
            WHERE m.wamid = ? AND m.origin = 'customer'
            AND NOT EXISTS (SELECT 1 FROM message answer WHERE answer.conversation = m.conversation
                AND answer.origin IN ('app', 'hub') AND answer.sent_at >= m.sent_at)
            AND NOT EXISTS (SELECT 1 FROM message earlier
                JOIN event_log before ON before.id = CONCAT('message:', earlier.wamid)
                WHERE earlier.conversation = m.conversation AND earlier.origin = 'customer'
                AND (before.batch < e.batch OR before.batch = e.batch AND before.ordinal < e.ordinal)
                AND NOT EXISTS (SELECT 1 FROM message answer WHERE answer.conversation = m.conversation
                    AND answer.origin IN ('app', 'hub') AND answer.sent_at >= earlier.sent_at))
            """;

    private final JdbcTemplate jdbc;

    MessageStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /**
     * As the API shows it; the events are CloudEvent JSON or null.
     *
     * @param completion what brought content that the first event had not
     * @param edit what has the present words
     */
    public record Shown(
            String wamid,
            String origin,
            String type,
            Instant sentAt,
            String state,
            Instant stateAt,
            Instant editedAt,
            Instant revokedAt,
            byte[] event,
            byte[] completion,
            byte[] edit) {}

    /** Newest first; {@code more} says that it ended by its size. */
    public record Page(List<Shown> messages, boolean more) {}

    /** @param bytes of the events; those of the first message always come */
    public Page page(ConversationId conversation, int limit, int offset, long bytes) {
        List<Long> sizes =
                jdbc.query(SIZES, (row, i) -> row.getLong(1), conversation.value(), limit, offset);
        long room = bytes;
        int fitting = 0;
        while (fitting < sizes.size() && (fitting == 0 || sizes.get(fitting) <= room)) {
            room -= sizes.get(fitting);
            fitting++;
        }
        return new Page(ofConversation(conversation, fitting, offset), fitting < sizes.size());
    }

    /** Newest first. */
    public List<Shown> ofConversation(ConversationId conversation, int limit, int offset) {
        return jdbc.query(
                SHOWN,
                (row, i) ->
                        new Shown(
                                row.getString(1),
                                row.getString(2),
                                row.getString(3),
                                SqlTimes.read(row, "sent_at"),
                                row.getString(5),
                                SqlTimes.read(row, "state_at"),
                                SqlTimes.read(row, "edited_at"),
                                SqlTimes.read(row, "revoked_at"),
                                row.getBytes(9),
                                row.getBytes(10),
                                row.getBytes(11)),
                conversation.value(),
                limit,
                offset);
    }

    /** What the business wrote in that time, in the App or through the hub: the events, in no order. */
    public List<byte[]> sentTo(ConversationId conversation, Instant from, Instant to) {
        return jdbc.query(
                SENT_TO,
                (row, i) -> row.getBytes(1),
                conversation.value(),
                SqlTimes.at(from),
                SqlTimes.at(to));
    }

    /** Whether a customer's message waits for an answer, and is the first that waits for it. */
    boolean isFirstUnanswered(Wamid wamid) {
        return jdbc.queryForObject(FIRST_UNANSWERED, Long.class, wamid.value()) > 0;
    }

    /** Those of the given that a webhook has shown; a status alone does not count. */
    public Set<Wamid> heardOf(Collection<Wamid> wamids) {
        String[] values = wamids.stream().map(Wamid::value).toArray(String[]::new);
        return new HashSet<>(
                jdbc.query(HEARD_OF, (row, i) -> new Wamid(row.getString(1)), (Object) values));
    }

    /** The highest status known of each, {@code deleted} of one that was taken back; those without one are missing. */
    public Map<Wamid, String> statesOf(Collection<Wamid> wamids) {
        var sorted = new TreeSet<String>();
        wamids.forEach(w -> sorted.add(w.value()));
        var states = new LinkedHashMap<Wamid, String>();
        jdbc.query(
                STATES,
                statement -> statement.setArray(1, SqlArrays.text(statement, sorted)),
                row -> {
                    states.put(new Wamid(row.getString(1)), row.getString(2));
                });
        return states;
    }

    void move(ConversationId from, ConversationId into) {
        jdbc.update(
                "UPDATE message SET conversation = ? WHERE conversation = ?",
                into.value(),
                from.value());
    }

    MessageChanges load(Collection<Wamid> wamids) {
        var rows = new LinkedHashMap<String, MessageChanges.Row>();
        if (!wamids.isEmpty()) {
            var sorted = new TreeSet<String>();
            wamids.forEach(w -> sorted.add(w.value()));
            jdbc.query(
                    FIND,
                    statement -> statement.setArray(1, SqlArrays.text(statement, sorted)),
                    row -> {
                        var known = new MessageChanges.Row(row.getString(1), true);
                        known.origin = row.getString(2);
                        known.state = MessageState.of(row.getString(3));
                        known.editedAt = SqlTimes.read(row, "edited_at");
                        rows.put(known.wamid, known);
                    });
        }
        return new MessageChanges(rows);
    }

    void save(MessageChanges changes) {
        var inserted = new ArrayList<MessageChanges.Row>();
        var arrived = new ArrayList<MessageChanges.Row>();
        var changed = new ArrayList<MessageChanges.Row>();
        changes.rows().stream()
                .sorted((a, b) -> a.wamid.compareTo(b.wamid))
                .forEach(
                        row -> {
                            if (!row.stored) {
                                inserted.add(row);
                            } else {
                                if (row.arrivedNow) {
                                    arrived.add(row);
                                }
                                if (row.changedNow) {
                                    changed.add(row);
                                }
                            }
                        });
        if (!inserted.isEmpty()) {
            jdbc.batchUpdate(
                    INSERT,
                    inserted,
                    inserted.size(),
                    (statement, row) -> {
                        statement.setString(1, row.wamid);
                        statement.setString(2, row.conversation);
                        statement.setString(3, row.origin);
                        statement.setString(4, row.type);
                        statement.setObject(5, SqlTimes.at(row.sentAt));
                        statement.setString(6, row.target);
                        row.setChanges(statement, 7);
                    });
        }
        if (!arrived.isEmpty()) {
            jdbc.batchUpdate(
                    ARRIVED,
                    arrived,
                    arrived.size(),
                    (statement, row) -> {
                        statement.setString(1, row.conversation);
                        statement.setString(2, row.origin);
                        statement.setString(3, row.type);
                        statement.setObject(4, SqlTimes.at(row.sentAt));
                        statement.setString(5, row.target);
                        statement.setString(6, row.wamid);
                    });
        }
        if (!changed.isEmpty()) {
            jdbc.batchUpdate(
                    CHANGED,
                    changed,
                    changed.size(),
                    (statement, row) -> {
                        row.setChanges(statement, 1);
                        statement.setString(7, row.completedBy == null ? null : row.type);
                        statement.setString(8, row.wamid);
                    });
        }
    }
}
