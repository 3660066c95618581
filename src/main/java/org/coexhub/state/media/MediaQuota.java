package org.coexhub.state.media;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;

import javax.sql.DataSource;

/**
 * Limits how many files, and how many bytes of them, a customer may have the hub fetch on one day (UTC).
 *
 * <p>A file is counted by one conditional update, which of several nodes at the limit one passes, in one transaction with
 * the note that it is counted, so no retry counts it twice. The first file of a day passes whatever its size. Once one does
 * not pass, the day is closed for the conversation: what came later does not overtake it.
 */
final class MediaQuota {

    private static final String BEGIN =
            """
            INSERT INTO media_day (conversation, utc_day) VALUES (:conversation, :day) ON CONFLICT DO NOTHING
            """;

    private static final String COUNT =
            """
            UPDATE media_day SET files = files + 1, bytes = bytes + :size
            WHERE conversation = :conversation AND utc_day = :day AND NOT closed
                AND files < :mostFiles AND (files = 0 OR bytes + :size <= :mostBytes)
            """;

    private static final String COUNTED =
            "UPDATE media SET to_count = FALSE WHERE id = :id AND to_count";

    private static final String CLOSE =
            """
            UPDATE media_day SET closed = TRUE WHERE conversation = :conversation AND utc_day = :day AND NOT closed
            """;

    private static final String CLOSED =
            """
            SELECT COUNT(*) FROM media_day WHERE conversation = :conversation AND utc_day = :day AND closed
            """;

    private static final String FORGET = "DELETE FROM media_day WHERE utc_day < :day";

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final MediaSettings settings;
    private final InstantSource clock;

    MediaQuota(DataSource database, MediaSettings settings, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.settings = settings;
        this.clock = clock;
    }

    /** Whether the file may come today; from then on it is counted. */
    boolean admits(MediaRow row, long size) {
        return !row.toCount() || count(row, size, today());
    }

    private boolean count(MediaRow row, long size, LocalDate day) {
        boolean counted =
                Boolean.TRUE.equals(
                        transaction.execute(
                                status -> {
                                    boolean passes = passes(row, size, day);
                                    if (!passes) {
                                        status.setRollbackOnly();
                                    }
                                    return passes;
                                }));
        if (!counted) {
            ofDay(CLOSE, row, day).update();
        }
        return counted;
    }

    private boolean passes(MediaRow row, long size, LocalDate day) {
        if (jdbc.sql(COUNTED).param("id", row.id()).update() == 0) {
            return true;
        }
        ofDay(BEGIN, row, day).update();
        return ofDay(COUNT, row, day)
                        .param("size", size)
                        .param("mostFiles", settings.dailyFiles())
                        .param("mostBytes", settings.dailySize().toBytes())
                        .update()
                == 1;
    }

    /** Whether another file of the customer was put off today, and this one has to wait behind it. */
    boolean isUsedUpFor(MediaRow row) {
        return row.toCount() && ofDay(CLOSED, row, today()).query(Long.class).single() > 0;
    }

    Instant nextDay() {
        return today().plusDays(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    /** Days that count no more. */
    void forget() {
        jdbc.sql(FORGET).param("day", today().minusDays(1)).update();
    }

    private JdbcClient.StatementSpec ofDay(String sql, MediaRow row, LocalDate day) {
        return jdbc.sql(sql).param("conversation", row.conversation()).param("day", day);
    }

    private LocalDate today() {
        return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    }
}
