package org.coexhub.state.consent;

import org.coexhub.event.ConversationId;
import org.coexhub.platform.store.SqlTimes;
import org.coexhub.state.consent.Decision.Marketing;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Repository;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** Stores decisions, never changed and never removed; by Meta's time the latest counts. */
@Repository
class ConsentStore {

    private static final String COLUMNS =
            "event_id, conversation, allowed, cause, detail, decided_at, recorded_at";

    private static final String INSERT =
            "INSERT INTO consent_decision ("
                    + COLUMNS
                    + ") VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING";

    /** Of one that has become part of another, what stands there: the two may become one after its id was looked up. */
    private static final String OF =
            "SELECT "
                    + COLUMNS
                    + " FROM consent_decision WHERE conversation ="
                    + " COALESCE((SELECT stays FROM conversation_merged WHERE gone = ?), ?)"
                    + " ORDER BY decided_at DESC, seq DESC LIMIT ?";

    private static final int DETAIL_LENGTH = 1000;

    private final JdbcTemplate jdbc;

    ConsentStore(JdbcTemplate jdbc) {
        this.jdbc = jdbc;
    }

    void add(Decision decision) {
        String detail = decision.detail();
        jdbc.update(
                INSERT,
                decision.event(),
                decision.conversation().value(),
                decision.marketing() == Marketing.ALLOWED,
                decision.cause(),
                detail == null
                        ? null
                        : detail.substring(0, Math.min(detail.length(), DETAIL_LENGTH)),
                SqlTimes.at(decision.at()),
                SqlTimes.at(decision.recordedAt()));
    }

    /** Both are of one person, whose latest word counts, from whichever number it was said. */
    void move(ConversationId from, ConversationId into) {
        jdbc.update(
                "UPDATE consent_decision SET conversation = ? WHERE conversation = ?",
                into.value(),
                from.value());
    }

    Optional<Decision> latest(ConversationId conversation) {
        return of(conversation, 1).stream().findFirst();
    }

    /** Latest first. */
    List<Decision> of(ConversationId conversation, int limit) {
        return jdbc.query(
                OF, (row, i) -> read(row), conversation.value(), conversation.value(), limit);
    }

    private static Decision read(ResultSet row) throws SQLException {
        return new Decision(
                row.getString(1),
                new ConversationId(row.getString(2)),
                row.getBoolean(3) ? Marketing.ALLOWED : Marketing.STOPPED,
                row.getString(4),
                row.getString(5),
                SqlTimes.read(row, 6),
                SqlTimes.read(row, 7));
    }
}
