package org.coexhub.state.media;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.platform.lease.DueRows;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Stores the rows of media, whose files {@linkplain DueRows one node each} fetches.
 *
 * <p>A row is written in the transaction that claims its event, so a message and the duty to fetch its file are there
 * together or not at all.
 */
public final class MediaRowStore {

    private static final String NOTE =
            """
            INSERT INTO media (id, number_id, conversation, wamid, mime_type, file_name, sha256, state, due_at, noted_at, to_count)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?) ON CONFLICT DO NOTHING\
            """;

    private static final String FIND = "SELECT * FROM media WHERE id = :id";

    private static final String FINISH =
            """
            UPDATE media SET state = :state, reason = :reason, bytes = :bytes, mime_type = COALESCE(mime_type, :mime),
                stored_at = :now, held_until = NULL WHERE id = :id AND state = 'waiting'
            """;

    private static final String REASON = "reason";

    static final int MOST_OLD = 100;

    private static final String OLD =
            """
            SELECT * FROM media WHERE state = 'stored' AND stored_at < :before ORDER BY stored_at, id LIMIT :most OFFSET :behind
            """;

    private static final String EXPIRE =
            "UPDATE media SET state = 'expired' WHERE id = :id AND state = 'stored'";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final DueRows due;
    private final InstantSource clock;

    MediaRowStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.batches = new JdbcTemplate(database);
        this.due =
                new DueRows(
                        jdbc, clock, "media", "id", "state = 'waiting'", "due_at, noted_at, id");
        this.clock = clock;
    }

    /**
     * A file that a message showed.
     *
     * @param counts towards what the customer may send on one day
     */
    record Note(
            String id,
            PhoneNumberId number,
            String conversation,
            String wamid,
            String mimeType,
            String fileName,
            String sha256,
            boolean counts) {}

    /** Files already known stay as they are. */
    void note(Collection<Note> notes) {
        OffsetDateTime now = SqlTimes.millis(clock.instant());
        batches.batchUpdate(
                NOTE,
                notes,
                100,
                (statement, note) -> {
                    statement.setString(1, note.id());
                    statement.setString(2, note.number().value());
                    statement.setString(3, note.conversation());
                    statement.setString(4, note.wamid());
                    statement.setString(5, note.mimeType());
                    statement.setString(6, note.fileName());
                    statement.setString(7, note.sha256());
                    statement.setObject(8, now);
                    statement.setObject(9, now);
                    statement.setBoolean(10, note.counts());
                });
    }

    public Optional<MediaRow> find(String id) {
        return jdbc.sql(FIND).param("id", id).query(MediaRowStore::row).optional();
    }

    /** A file whose turn it is, taken for so long; empty when there is none. */
    Optional<MediaRow> take(Duration lease) {
        return due.take(lease, MediaRowStore::row);
    }

    void stored(MediaRow row, long bytes, String mimeType) {
        finish(row, MediaRow.State.STORED, null, bytes, mimeType);
    }

    void lost(MediaRow row, String reason) {
        finish(row, MediaRow.State.LOST, reason, null, null);
    }

    private void finish(
            MediaRow row, MediaRow.State state, String reason, Long bytes, String mimeType) {
        jdbc.sql(FINISH)
                .param("id", row.id())
                .param("state", state.wireName())
                .param("reason", reason)
                .param("bytes", bytes, java.sql.Types.BIGINT)
                .param("mime", mimeType, java.sql.Types.VARCHAR)
                .param("now", SqlTimes.millis(clock.instant()))
                .update();
    }

    void later(MediaRow row, Duration wait, String reason) {
        due.later(row.id(), clock.instant().plus(wait), Collections.singletonMap(REASON, reason));
    }

    /** Until the day begins; nothing has been tried. */
    void putOff(MediaRow row, Instant nextDay) {
        untried(row, nextDay, MediaRow.DAILY_QUOTA);
    }

    /** As it was before it was taken. */
    void giveBack(MediaRow row) {
        untried(row, row.notedAt(), row.reason());
    }

    private void untried(MediaRow row, Instant next, String reason) {
        due.untried(row.id(), next, Collections.singletonMap(REASON, reason));
    }

    /** Of the files stored before then the oldest, a hundred at most, behind so many that are older still. */
    List<MediaRow> storedBefore(Instant before, int behind) {
        return jdbc.sql(OLD)
                .param("before", SqlTimes.millis(before))
                .param("most", MOST_OLD)
                .param("behind", behind)
                .query(MediaRowStore::row)
                .list();
    }

    void expired(MediaRow row) {
        jdbc.sql(EXPIRE).param("id", row.id()).update();
    }

    private static MediaRow row(ResultSet rs, int number) throws SQLException {
        long size = rs.getLong("bytes");
        Long bytes = rs.wasNull() ? null : size;
        return new MediaRow(
                rs.getString("id"),
                new PhoneNumberId(rs.getString("number_id")),
                rs.getString("conversation"),
                rs.getString("mime_type"),
                rs.getString("file_name"),
                rs.getString("sha256"),
                MediaRow.State.of(rs.getString("state")),
                rs.getString("reason"),
                rs.getInt("tries"),
                bytes,
                SqlTimes.read(rs, "noted_at"),
                rs.getBoolean("to_count"));
    }
}
