package org.coexhub.conversation;

import org.coexhub.event.ConversationId;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Wamid;
import org.coexhub.eventlog.Arrays;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** Messages by wamid: whose, when, and how far their delivery got. Their content stays in the event log. */
@Repository
public class MessageStore {

    /** Origin of a row made by a status that came before its message. */
    private static final String UNKNOWN = "unknown";

    private static final String FIND =
            "SELECT wamid, origin, state FROM message WHERE wamid = ANY (?)";

    private static final String HEARD_OF =
            "SELECT wamid FROM message WHERE wamid = ANY (?) AND origin <> 'unknown'";

    private static final String STATES =
            """
            SELECT wamid, CASE WHEN revoked_at IS NULL THEN state ELSE 'deleted' END FROM message
            WHERE wamid = ANY (?) AND (state IS NOT NULL OR revoked_at IS NOT NULL)\
            """;

    private static final String INSERT =
            """
            INSERT INTO message (wamid, conversation, origin, type, sent_at, state, state_at, edited_at, revoked_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING\
            """;

    private static final String ARRIVED =
            "UPDATE message SET conversation = ?, origin = ?, type = ?, sent_at = ? WHERE wamid = ?"
                    + " AND origin = 'unknown'";

    private static final String CHANGED =
            """
            UPDATE message SET state = COALESCE(?, state), state_at = COALESCE(?, state_at),
                edited_at = COALESCE(?, edited_at), revoked_at = COALESCE(?, revoked_at)
            WHERE wamid = ?\
            """;

    private static final String OF_CONVERSATION =
            """
             FROM message m LEFT JOIN event_log e ON e.id = CONCAT('message:', m.wamid)
            WHERE m.conversation = ? AND m.origin <> 'unknown'
            ORDER BY m.sent_at DESC, m.wamid LIMIT ? OFFSET ?\
            """;

    private static final String SIZES = "SELECT OCTET_LENGTH(e.body)" + OF_CONVERSATION;

    /** The event's own body is the content; a message whose body has passed retention is listed without. */
    private static final String SHOWN =
            "SELECT m.wamid, m.origin, m.type, m.sent_at, m.state, m.state_at, m.edited_at,"
                    + " m.revoked_at, e.body"
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

    /** As the API shows it; {@code event} is the CloudEvent JSON or null. */
    public record Shown(
            String wamid,
            String origin,
            String type,
            Instant sentAt,
            String state,
            Instant stateAt,
            Instant editedAt,
            Instant revokedAt,
            byte[] event) {}

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
                                ConversationStore.instant(row, "sent_at"),
                                row.getString(5),
                                ConversationStore.instant(row, "state_at"),
                                ConversationStore.instant(row, "edited_at"),
                                ConversationStore.instant(row, "revoked_at"),
                                row.getBytes(9)),
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
                ConversationStore.time(from),
                ConversationStore.time(to));
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
                statement -> statement.setArray(1, Arrays.text(statement, sorted)),
                row -> {
                    states.put(new Wamid(row.getString(1)), row.getString(2));
                });
        return states;
    }

    Changes load(Collection<Wamid> wamids) {
        var rows = new LinkedHashMap<String, Row>();
        if (!wamids.isEmpty()) {
            var sorted = new TreeSet<String>();
            wamids.forEach(w -> sorted.add(w.value()));
            jdbc.query(
                    FIND,
                    statement -> statement.setArray(1, Arrays.text(statement, sorted)),
                    row -> {
                        var known = new Row(row.getString(1), true);
                        known.origin = row.getString(2);
                        known.state = MessageState.of(row.getString(3));
                        rows.put(known.wamid, known);
                    });
        }
        return new Changes(rows);
    }

    void save(Changes changes) {
        var inserted = new ArrayList<Row>();
        var arrived = new ArrayList<Row>();
        var changed = new ArrayList<Row>();
        changes.rows.values().stream()
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
                        statement.setObject(5, ConversationStore.time(row.sentAt));
                        row.setChanges(statement, 6);
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
                        statement.setObject(4, ConversationStore.time(row.sentAt));
                        statement.setString(5, row.wamid);
                    });
        }
        if (!changed.isEmpty()) {
            jdbc.batchUpdate(
                    CHANGED,
                    changed,
                    changed.size(),
                    (statement, row) -> {
                        row.setChanges(statement, 1);
                        statement.setString(5, row.wamid);
                    });
        }
    }

    /** The rows one batch touches. */
    static final class Changes {
        private final Map<String, Row> rows;

        private Changes(Map<String, Row> rows) {
            this.rows = rows;
        }

        void message(Wamid wamid, HubEvent event, String type) {
            Row row = rows.computeIfAbsent(wamid.value(), w -> new Row(w, false));
            if (UNKNOWN.equals(row.origin)) {
                row.conversation = event.conversation().value();
                row.origin = event.origin().wireName();
                row.type = type;
                row.sentAt = event.time();
                row.arrivedNow = true;
            }
        }

        /** @return whether a higher status was known already, so that this one changes nothing */
        boolean status(Wamid wamid, HubEvent event, MessageState state) {
            Row row = stub(wamid, event);
            if (state.below(row.state)) {
                return true;
            }
            row.state = state;
            row.stateAt = event.time();
            row.changedNow = true;
            return false;
        }

        void edited(Wamid wamid, HubEvent event) {
            Row row = stub(wamid, event);
            row.editedAt = event.time();
            row.changedNow = true;
        }

        void revoked(Wamid wamid, HubEvent event) {
            Row row = stub(wamid, event);
            row.revokedAt = event.time();
            row.changedNow = true;
        }

        private Row stub(Wamid wamid, HubEvent event) {
            Row row = rows.computeIfAbsent(wamid.value(), w -> new Row(w, false));
            if (!row.stored && row.conversation == null) {
                row.conversation = event.conversation() == null ? "" : event.conversation().value();
                row.type = UNKNOWN;
                row.sentAt = event.time();
            }
            return row;
        }
    }

    private static final class Row {
        private final String wamid;
        private final boolean stored;
        private String conversation;
        private String origin = UNKNOWN;
        private String type;
        private Instant sentAt;
        private MessageState state = MessageState.NONE;
        private Instant stateAt;
        private Instant editedAt;
        private Instant revokedAt;
        private boolean arrivedNow;
        private boolean changedNow;

        private Row(String wamid, boolean stored) {
            this.wamid = wamid;
            this.stored = stored;
        }

        private void setChanges(java.sql.PreparedStatement statement, int first)
                throws SQLException {
            statement.setString(first, stateAt == null ? null : state.wireName());
            statement.setObject(first + 1, ConversationStore.time(stateAt));
            statement.setObject(first + 2, ConversationStore.time(editedAt));
            statement.setObject(first + 3, ConversationStore.time(revokedAt));
        }
    }
}
