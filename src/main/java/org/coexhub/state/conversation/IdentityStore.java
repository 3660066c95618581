package org.coexhub.state.conversation;

import org.coexhub.event.ConversationId;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;

import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Stores where the identifiers of customers lead; always to what stays of conversations that have become one. */
final class IdentityStore {

    private static final String FIND =
            """
            SELECT i.identifier, COALESCE(m.stays, i.conversation)
            FROM identity i LEFT JOIN conversation_merged m ON m.gone = i.conversation
            WHERE i.identifier = ANY (?)\
            """;
    private static final String JOIN =
            "INSERT INTO identity (identifier, conversation) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String THESE =
            """
            WITH these AS (
                SELECT UNNEST (?::varchar[]) AS id UNION SELECT gone FROM conversation_merged WHERE stays = ANY (?))
            """;

    private static final String LEADING =
            THESE
                    + """
                    SELECT i.identifier, COALESCE(m.stays, i.conversation)
                    FROM identity i LEFT JOIN conversation_merged m ON m.gone = i.conversation
                    WHERE i.conversation IN (SELECT id FROM these)\
                    """;

    private static final String NAMED_FOR =
            THESE
                    + """
                    SELECT identifier FROM identity WHERE conversation IN (SELECT id FROM these)
                    UNION
                    SELECT identifier FROM identity_conflict WHERE conversation IN (SELECT id FROM these)\
                    """;

    private static final String CONCERNED =
            """
            WITH named AS (
                SELECT conversation FROM identity WHERE identifier = ANY (?)
                UNION SELECT conversation FROM identity_conflict WHERE identifier = ANY (?))
            SELECT DISTINCT COALESCE(m.stays, n.conversation)
            FROM named n LEFT JOIN conversation_merged m ON m.gone = n.conversation\
            """;

    private static final String NOTE_CONFLICT =
            "INSERT INTO identity_conflict (identifier, conversation) VALUES (?, ?) ON CONFLICT DO"
                    + " NOTHING";

    private static final String END_CONFLICT = "DELETE FROM identity_conflict WHERE identifier = ?";

    /** Shuts out other merges only: whoever reads, or makes none, does not ask for it. */
    private static final String ONE_AFTER_THE_OTHER =
            "LOCK TABLE conversation_merged IN SHARE ROW EXCLUSIVE MODE";

    private static final String MOVE = "UPDATE identity SET conversation = ? WHERE identifier = ?";

    private static final String MOVE_ALL =
            "UPDATE identity SET conversation = ? WHERE conversation = ?";

    private static final String LEAD =
            "INSERT INTO conversation_merged (gone, stays) VALUES (?, ?) ON CONFLICT DO NOTHING";

    private static final String LEAD_ON =
            "UPDATE conversation_merged SET stays = ? WHERE stays = ?";

    private static final String MOVE_HELD_ECHOES =
            "UPDATE held_echo SET conversation = ? WHERE conversation = ?";

    private static final String OLDER =
            "SELECT COUNT(*) FROM message WHERE conversation = ? AND sent_at < ?";

    private final JdbcTemplate jdbc;

    IdentityStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    /** Those of the identifiers that are known, each with its conversation. */
    Map<String, String> find(Collection<String> identifiers) {
        var found = new HashMap<String, String>();
        if (!identifiers.isEmpty()) {
            jdbc.query(
                    FIND,
                    statement -> statement.setArray(1, SqlArrays.text(statement, identifiers)),
                    row -> {
                        found.put(row.getString(1), row.getString(2));
                    });
        }
        return found;
    }

    /** What leads to one of these conversations, each with the one that stays. */
    Map<String, String> leadingTo(List<String> these) {
        var leading = new HashMap<String, String>();
        jdbc.query(
                LEADING,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, these));
                    statement.setArray(2, SqlArrays.text(statement, these));
                },
                row -> {
                    leading.put(row.getString(1), row.getString(2));
                });
        return leading;
    }

    /** What leads to one of these conversations, or may. */
    List<String> namedFor(List<String> these) {
        return jdbc.query(
                NAMED_FOR,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, these));
                    statement.setArray(2, SqlArrays.text(statement, these));
                },
                (row, i) -> row.getString(1));
    }

    /** Where one of the identifiers leads, or may lead. */
    List<ConversationId> concerned(List<String> identifiers) {
        return jdbc.query(
                CONCERNED,
                statement -> {
                    statement.setArray(1, SqlArrays.text(statement, identifiers));
                    statement.setArray(2, SqlArrays.text(statement, identifiers));
                },
                (row, i) -> new ConversationId(row.getString(1)));
    }

    /** Each leads to its conversation from now on, unless it is known. */
    void join(Collection<Map.Entry<String, String>> identifiers) {
        write(JOIN, identifiers);
    }

    /** Each may lead to its conversation as well. */
    void noteConflicts(Collection<Map.Entry<String, String>> identifiers) {
        write(NOTE_CONFLICT, identifiers);
    }

    private void write(String statement, Collection<Map.Entry<String, String>> pairs) {
        if (!pairs.isEmpty()) {
            jdbc.batchUpdate(
                    statement,
                    pairs,
                    pairs.size(),
                    (prepared, pair) -> {
                        prepared.setString(1, pair.getKey());
                        prepared.setString(2, pair.getValue());
                    });
        }
    }

    /** Until the end of this transaction nobody else merges; what others have merged is seen from now on. */
    void mergeAlone() {
        jdbc.execute(ONE_AFTER_THE_OTHER);
    }

    /** It is certain where the identifier leads. */
    void move(String identifier, ConversationId into) {
        jdbc.update(MOVE, into.value(), identifier);
        jdbc.update(END_CONFLICT, identifier);
    }

    /** Whether anything was written there before. */
    boolean hasMessages(ConversationId conversation, Instant before) {
        return jdbc.queryForObject(OLDER, Long.class, conversation.value(), SqlTimes.at(before))
                > 0;
    }

    void merge(ConversationId from, ConversationId into) {
        jdbc.update(MOVE_ALL, into.value(), from.value());
        jdbc.update(LEAD_ON, into.value(), from.value());
        jdbc.update(LEAD, from.value(), into.value());
        jdbc.update(MOVE_HELD_ECHOES, into.value(), from.value());
    }
}
