package org.coexhub.state.media;

import org.coexhub.event.PhoneNumberId;
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
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * Stores the rows of media, and whose turn it is.
 *
 * <p>A row is written in the transaction that claims its event, so a message and the duty to fetch its file are there
 * together or not at all. Taking a row moves its due time ahead by the lease in one conditional update: of several nodes
 * one changes the row, the others see that they did not. A node that dies leaves the row due again when the lease is
 * over; since no fetch may last as long as the lease, nobody else is at it by then.
 */
public final class MediaRowStore {

    private static final String NOTE =
            """
            INSERT INTO media (id, number_id, conversation, wamid, mime_type, file_name, sha256, state, due_at, noted_at, to_count)
            VALUES (?, ?, ?, ?, ?, ?, ?, 'waiting', ?, ?, ?) ON CONFLICT DO NOTHING\
            """;

    private static final String FIND = "SELECT * FROM media WHERE id = :id";

    private static final String DUE =
            """
            SELECT * FROM media WHERE state = 'waiting' AND due_at <= :now ORDER BY due_at, noted_at, id LIMIT 16
            """;

    private static final String TAKE =
            """
            UPDATE media SET due_at = :lease, tries = tries + 1
            WHERE id = :id AND state = 'waiting' AND due_at <= :now
            """;

    private static final String FINISH =
            """
            UPDATE media SET state = :state, reason = :reason, bytes = :bytes, mime_type = COALESCE(mime_type, :mime),
                stored_at = :now WHERE id = :id AND state = 'waiting'
            """;

    private static final String LATER =
            "UPDATE media SET due_at = :due, reason = :reason WHERE id = :id AND state = 'waiting'";

    /** The try that found it has not come to pass. */
    private static final String UNTRIED =
            """
            UPDATE media SET due_at = :due, reason = :reason, tries = tries - 1
            WHERE id = :id AND state = 'waiting'
            """;

    static final int MOST_OLD = 100;

    private static final String OLD =
            """
            SELECT * FROM media WHERE state = 'stored' AND stored_at < :before ORDER BY stored_at, id LIMIT :most OFFSET :behind
            """;

    private static final String EXPIRE =
            "UPDATE media SET state = 'expired' WHERE id = :id AND state = 'stored'";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final InstantSource clock;

    MediaRowStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.batches = new JdbcTemplate(database);
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
        Instant now = clock.instant();
        for (MediaRow due :
                jdbc.sql(DUE).param("now", SqlTimes.millis(now)).query(MediaRowStore::row).list()) {
            int taken =
                    jdbc.sql(TAKE)
                            .param("id", due.id())
                            .param("now", SqlTimes.millis(now))
                            .param("lease", SqlTimes.millis(now.plus(lease)))
                            .update();
            if (taken == 1) {
                return find(due.id());
            }
        }
        return Optional.empty();
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
        jdbc.sql(LATER)
                .param("id", row.id())
                .param("due", SqlTimes.millis(clock.instant().plus(wait)))
                .param("reason", reason)
                .update();
    }

    /** Until the day begins; nothing has been tried. */
    void putOff(MediaRow row, Instant nextDay) {
        untried(row, nextDay, MediaRow.DAILY_QUOTA);
    }

    /** As it was before it was taken. */
    void giveBack(MediaRow row) {
        untried(row, row.notedAt(), row.reason());
    }

    private void untried(MediaRow row, Instant due, String reason) {
        jdbc.sql(UNTRIED)
                .param("id", row.id())
                .param("due", SqlTimes.millis(due))
                .param("reason", reason, java.sql.Types.VARCHAR)
                .update();
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
