package org.coexhub.state.conversation;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeSet;

/** Stores conversations. */
@Repository
public class ConversationStore {

    private static final String COLUMNS =
            "id, number_id, wa_id, bsuid, username, name, contact_name, contact_at, window_opened,"
                + " referred_at, free_until, human_until, human_cause, handover_at, handover_by,"
                + " person_at, last_at, recent";

    /** The account may be onboarded anew while windows of before are still stored; so each reading asks. */
    private static final String ONBOARDED =
            ", (SELECT a.onboarded_at FROM business_number n JOIN business_account a ON a.waba_id ="
                    + " n.waba_id WHERE n.number_id = conversation.number_id) AS onboarded_at";

    /** Locked because a handover by REST may change the same row meanwhile; in the order of ids, so never in a circle. */
    private static final String LOCK =
            "SELECT "
                    + COLUMNS
                    + ONBOARDED
                    + " FROM conversation WHERE id = ANY (?) ORDER BY id FOR UPDATE";

    private static final String FIND =
            "SELECT "
                    + COLUMNS
                    + ONBOARDED
                    + " FROM conversation WHERE id ="
                    + " COALESCE((SELECT stays FROM conversation_merged WHERE gone = ?), ?)";

    private static final String MERGED =
            "SELECT gone, stays FROM conversation_merged WHERE gone = ANY (?)";

    private static final String LIST =
            "SELECT "
                    + COLUMNS
                    + ONBOARDED
                    + " FROM conversation WHERE last_at IS NOT NULL ORDER BY last_at DESC LIMIT ?"
                    + " OFFSET ?";

    private static final String INSERT =
            "INSERT INTO conversation ("
                    + COLUMNS
                    + ") VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT"
                    + " DO NOTHING";

    private static final String MAKE =
            "INSERT INTO conversation (id, number_id) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String UPDATE =
            """
            UPDATE conversation SET wa_id = ?, bsuid = ?, username = ?, name = ?, contact_name = ?, contact_at = ?, window_opened = ?,
                referred_at = ?, free_until = ?, human_until = ?, human_cause = ?, handover_at = ?, handover_by = ?, person_at = ?, last_at = ?, recent = ?
            WHERE id = ?\
            """;

    private static final String TAKEN_UNTIL =
            "SELECT "
                    + COLUMNS
                    + ONBOARDED
                    + " FROM conversation WHERE human_until <= ? ORDER BY human_until LIMIT 100";

    private static final String END_TAKEOVER =
            "UPDATE conversation SET human_until = NULL, human_cause = ? WHERE id = ? AND"
                    + " human_until = ?";

    private static final String CLOSE_WINDOW =
            "UPDATE conversation SET window_opened = LEAST(window_opened, ?) WHERE id = ? AND"
                    + " window_opened <= ?";

    private final JdbcTemplate jdbc;
    private final ObjectMapper json = new ObjectMapper();

    ConversationStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Where it has become part of another, that one. */
    public Optional<Conversation> find(ConversationId id) {
        return jdbc.query(FIND, (row, i) -> read(row), id.value(), id.value()).stream().findFirst();
    }

    /** Newest first. */
    public List<Conversation> list(int limit, int offset) {
        return jdbc.query(LIST, (row, i) -> read(row), limit, offset);
    }

    /**
     * Moves the opening back to {@code opened}, unless the customer has written after {@code latest}.
     *
     * @return whether it is not later than that now
     */
    boolean closeWindow(ConversationId id, Instant opened, Instant latest) {
        return jdbc.update(CLOSE_WINDOW, SqlTimes.at(opened), id.value(), SqlTimes.at(latest)) == 1;
    }

    /** Some of those that people had until then or earlier. */
    List<Conversation> takenUntil(Instant then) {
        return jdbc.query(TAKEN_UNTIL, (row, i) -> read(row), SqlTimes.at(then));
    }

    /** @return false where the takeover has been prolonged or ended since it was read; then nothing happens */
    boolean endTakeover(Conversation read, String cause) {
        return jdbc.update(END_TAKEOVER, cause, read.id.value(), SqlTimes.at(read.humanUntil)) == 1;
    }

    /** Locks and loads; ids that are not stored yet are missing in the answer. */
    Map<ConversationId, Conversation> lock(Collection<ConversationId> ids) {
        var found = new LinkedHashMap<ConversationId, Conversation>();
        if (!ids.isEmpty()) {
            var sorted = new TreeSet<String>();
            ids.forEach(id -> sorted.add(id.value()));
            jdbc.query(
                    LOCK,
                    statement -> statement.setArray(1, SqlArrays.text(statement, sorted)),
                    row -> {
                        Conversation conversation = read(row);
                        found.put(conversation.id, conversation);
                    });
        }
        return found;
    }

    /** Locks and loads it; where it has become part of another, that one. */
    public Optional<Conversation> lock(ConversationId id) {
        List<ConversationId> ids = List.of(id);
        return lock(ids).values().stream()
                .findFirst()
                .or(() -> merged(ids).values().stream().findFirst().flatMap(this::lock));
    }

    /** Those of the given that have become part of another, each with the one that stays. */
    Map<ConversationId, ConversationId> merged(Collection<ConversationId> ids) {
        var merged = new LinkedHashMap<ConversationId, ConversationId>();
        if (!ids.isEmpty()) {
            List<String> values = ids.stream().map(ConversationId::value).toList();
            jdbc.query(
                    MERGED,
                    statement -> statement.setArray(1, SqlArrays.text(statement, values)),
                    row -> {
                        merged.put(
                                new ConversationId(row.getString(1)),
                                new ConversationId(row.getString(2)));
                    });
        }
        return merged;
    }

    /**
     * Makes the rows that are missing, so that they can be locked: of two consumers that meet a new
     * conversation at once, the second has to see what the first writes. Sorted, so they never wait
     * in a circle.
     *
     * @param numbers phone number id by conversation id
     */
    void make(SortedMap<String, String> numbers) {
        jdbc.batchUpdate(
                MAKE,
                numbers.entrySet(),
                numbers.size(),
                (statement, entry) -> {
                    statement.setString(1, entry.getKey());
                    statement.setString(2, entry.getValue());
                });
    }

    /**
     * Takes those of the rows just made away again that have become part of another: whoever made one may have waited for
     * the end of that merge.
     *
     * @return each of them with the one that stays
     */
    Map<ConversationId, ConversationId> lead(Collection<ConversationId> made) {
        Map<ConversationId, ConversationId> merged = merged(made);
        merged.keySet().forEach(this::remove);
        return merged;
    }

    void remove(ConversationId id) {
        jdbc.update("DELETE FROM conversation WHERE id = ?", id.value());
    }

    void save(Collection<Conversation> conversations) {
        var fresh = conversations.stream().filter(c -> !c.stored).toList();
        var known = conversations.stream().filter(c -> c.stored).toList();
        if (!fresh.isEmpty()) {
            jdbc.batchUpdate(
                    INSERT,
                    fresh,
                    fresh.size(),
                    (statement, c) -> {
                        statement.setString(1, c.id.value());
                        statement.setString(2, c.number.value());
                        set(statement, 3, c);
                    });
        }
        if (!known.isEmpty()) {
            jdbc.batchUpdate(
                    UPDATE,
                    known,
                    known.size(),
                    (statement, c) -> {
                        set(statement, 1, c);
                        statement.setString(17, c.id.value());
                    });
        }
    }

    private static void set(PreparedStatement statement, int first, Conversation c)
            throws SQLException {
        statement.setString(first, c.waId);
        statement.setString(first + 1, c.bsuid);
        statement.setString(first + 2, c.username);
        statement.setString(first + 3, c.name);
        statement.setString(first + 4, c.contactName);
        statement.setObject(first + 5, SqlTimes.at(c.contactAt()));
        statement.setObject(first + 6, SqlTimes.at(c.window.opened()));
        statement.setObject(first + 7, SqlTimes.at(c.window.referred()));
        statement.setObject(first + 8, SqlTimes.at(c.window.freeUntil()));
        statement.setObject(first + 9, SqlTimes.at(c.humanUntil));
        statement.setString(first + 10, c.humanCause);
        statement.setObject(first + 11, SqlTimes.at(c.handoverAt));
        statement.setString(first + 12, c.handoverBy == null ? null : c.handoverBy.value());
        statement.setObject(first + 13, SqlTimes.at(c.personAt));
        statement.setObject(first + 14, SqlTimes.at(c.lastAt));
        statement.setString(first + 15, c.recent.toString());
    }

    private Conversation read(ResultSet row) throws SQLException {
        var c =
                new Conversation(
                        new ConversationId(row.getString("id")),
                        new PhoneNumberId(row.getString("number_id")),
                        true);
        c.waId = row.getString("wa_id");
        c.bsuid = row.getString("bsuid");
        c.username = row.getString("username");
        c.name = row.getString("name");
        c.contactName = row.getString("contact_name");
        c.contactAt(SqlTimes.read(row, "contact_at"));
        c.window =
                new Window(
                        SqlTimes.read(row, "window_opened"),
                        SqlTimes.read(row, "onboarded_at"),
                        SqlTimes.read(row, "referred_at"),
                        SqlTimes.read(row, "free_until"));
        c.humanUntil = SqlTimes.read(row, "human_until");
        c.humanCause = row.getString("human_cause");
        c.handoverAt = SqlTimes.read(row, "handover_at");
        String handoverBy = row.getString("handover_by");
        c.handoverBy = handoverBy == null ? null : new EventId(handoverBy);
        c.personAt = SqlTimes.read(row, "person_at");
        c.lastAt = SqlTimes.read(row, "last_at");
        String recent = row.getString("recent");
        if (recent != null) {
            try {
                c.recent = (ArrayNode) json.readTree(recent);
            } catch (JsonProcessingException e) {
                throw new SQLException(
                        "conversation " + c.id + ": column recent is not a JSON array", e);
            }
        }
        return c;
    }
}
