package org.coexhub.state.conversation;

import org.coexhub.event.HubEvent;
import org.coexhub.event.Wamid;
import org.coexhub.platform.store.SqlTimes;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;

/** The rows of messages that one batch touches, and what it changes in them. */
final class MessageChanges {
    /** Origin of a row made by a status that came before its message. */
    static final String UNKNOWN = "unknown";

    private final Map<String, Row> rows;

    MessageChanges(Map<String, Row> rows) {
        this.rows = rows;
    }

    /** @param target the message that this one edits or deletes; null of others */
    void message(Wamid wamid, HubEvent event, String type, Wamid target) {
        Row row = rows.computeIfAbsent(wamid.value(), w -> new Row(w, false));
        if (UNKNOWN.equals(row.origin)) {
            row.conversation = event.conversation().value();
            row.origin = event.origin().wireName();
            row.type = type;
            row.sentAt = event.time();
            row.target = target == null ? null : target.value();
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
        if (row.editedAt == null || !event.time().isBefore(row.editedAt)) {
            row.editedAt = event.time();
            row.editedBy = event.id().value();
            row.changedNow = true;
        }
    }

    /** The message has content now, of this type. */
    void completed(Wamid wamid, HubEvent event, String type) {
        Row row = stub(wamid, event);
        row.completedBy = event.id().value();
        row.type = type;
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

    Collection<Row> rows() {
        return rows.values();
    }

    /** One message. */
    static final class Row {
        final String wamid;
        final boolean stored;
        String conversation;
        String origin = UNKNOWN;
        String type;
        String target;
        Instant sentAt;
        MessageState state = MessageState.NONE;
        Instant stateAt;
        Instant editedAt;
        String editedBy;
        String completedBy;
        Instant revokedAt;
        boolean arrivedNow;
        boolean changedNow;

        Row(String wamid, boolean stored) {
            this.wamid = wamid;
            this.stored = stored;
        }

        void setChanges(PreparedStatement statement, int first) throws SQLException {
            statement.setString(first, stateAt == null ? null : state.wireName());
            statement.setObject(first + 1, SqlTimes.at(stateAt));
            statement.setObject(first + 2, SqlTimes.at(editedAt));
            statement.setString(first + 3, editedBy);
            statement.setString(first + 4, completedBy);
            statement.setObject(first + 5, SqlTimes.at(revokedAt));
        }
    }
}
