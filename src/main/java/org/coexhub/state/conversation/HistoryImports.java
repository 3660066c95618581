package org.coexhub.state.conversation;

import org.coexhub.event.EventData;
import org.coexhub.event.EventData.HistoryChunk;
import org.coexhub.event.HubEvent;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.inbound.eventlog.EventBatch;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Keeps how far each number's import of past chats got. Chunks come in any order and repeat each other, so progress
 * only goes up; and it is kept with the events, duplicates included, because the last chunk may hold nothing new.
 */
@Component("historyImports")
public class HistoryImports {

    private static final long DECLINED = 2593109;

    /** After this long without another chunk none is expected any more. */
    private static final Duration OVER = Duration.ofHours(24);

    private static final String INSERT =
            "INSERT INTO history_import (number_id) VALUES (?) ON CONFLICT DO NOTHING";

    private static final String CHUNK =
            """
            UPDATE history_import SET phase = GREATEST(phase, ?), progress = GREATEST(progress, ?),
                chunk_at = GREATEST(COALESCE(chunk_at, ?), ?) WHERE number_id = ?\
            """;

    private static final String DECLINE =
            """
            UPDATE history_import SET declined_at = GREATEST(COALESCE(declined_at, ?), ?)
            WHERE number_id = ?\
            """;

    private static final String ALL =
            "SELECT number_id, phase, progress, chunk_at, declined_at FROM history_import";

    private final JdbcTemplate jdbc;
    private final InstantSource clock;

    HistoryImports(JdbcTemplate jdbc, InstantSource clock) {
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /**
     * One number's import.
     *
     * @param state {@code notRequested}, {@code receiving}, {@code finished} or {@code declined}
     * @param progress percentage; null before the first chunk, as is {@code phase}
     * @param complete of a finished one, whether Meta has sent everything
     */
    public record Standing(String state, Integer phase, Integer progress, Boolean complete) {

        public static final Standing NONE = new Standing("notRequested", null, null, null);
    }

    /** Step of the router. */
    public void note(EventBatch batch) {
        var seen = new TreeMap<String, Seen>();
        for (var item : batch.items()) {
            HubEvent event = item.event();
            if (event.number() != null) {
                Seen news = Seen.in(event);
                if (news != null) {
                    seen.merge(event.number().value(), news, Seen::and);
                }
            }
        }
        seen.forEach(this::keep);
    }

    private void keep(String number, Seen seen) {
        jdbc.update(INSERT, number);
        if (seen.chunkAt != null) {
            OffsetDateTime at = SqlTimes.at(seen.chunkAt);
            jdbc.update(CHUNK, seen.phase, seen.progress, at, at, number);
        }
        if (seen.declinedAt != null) {
            OffsetDateTime at = SqlTimes.at(seen.declinedAt);
            jdbc.update(DECLINE, at, at, number);
        }
    }

    /** By number, of those that have one. */
    public Map<String, Standing> all() {
        var all = new HashMap<String, Standing>();
        jdbc.query(
                ALL,
                row -> {
                    all.put(
                            row.getString(1),
                            standing(
                                    row.getInt(2),
                                    row.getInt(3),
                                    SqlTimes.read(row, "chunk_at"),
                                    SqlTimes.read(row, "declined_at")));
                });
        return all;
    }

    private Standing standing(int phase, int progress, Instant chunkAt, Instant declinedAt) {
        if (declinedAt != null && (chunkAt == null || !declinedAt.isBefore(chunkAt))) {
            return new Standing("declined", null, null, null);
        }
        if (progress >= 100) {
            return new Standing("finished", phase, progress, true);
        }
        return clock.instant().isBefore(chunkAt.plus(OVER))
                ? new Standing("receiving", phase, progress, null)
                : new Standing("finished", phase, progress, false);
    }

    private record Seen(int phase, int progress, Instant chunkAt, Instant declinedAt) {

        static Seen in(HubEvent event) {
            return switch (event.data()) {
                case EventData.MessageImported message -> of(message.chunk(), event.receivedTime());
                case EventData.AccountUpdated update when update.chunk() != null ->
                        of(update.chunk(), event.receivedTime());
                case EventData.AccountUpdated update when isDeclined(update.errors()) ->
                        new Seen(0, 0, null, event.receivedTime());
                default -> null;
            };
        }

        private static Seen of(HistoryChunk chunk, Instant received) {
            return chunk == null
                    ? null
                    : new Seen(orZero(chunk.phase()), orZero(chunk.progress()), received, null);
        }

        private static int orZero(Integer number) {
            return number == null ? 0 : number;
        }

        private static boolean isDeclined(List<MetaError> errors) {
            return errors != null
                    && errors.stream().anyMatch(e -> e.code() != null && e.code() == DECLINED);
        }

        Seen and(Seen other) {
            return new Seen(
                    Math.max(phase, other.phase),
                    Math.max(progress, other.progress),
                    later(chunkAt, other.chunkAt),
                    later(declinedAt, other.declinedAt));
        }

        private static Instant later(Instant a, Instant b) {
            return a == null || b != null && b.isAfter(a) ? b : a;
        }
    }
}
