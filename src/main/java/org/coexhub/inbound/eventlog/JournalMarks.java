package org.coexhub.inbound.eventlog;

import org.coexhub.event.Slice;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.platform.store.SqlArrays;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * Tells whether the router has caught up with the journal: everything acknowledged before the question is in the store.
 *
 * <p><b>How.</b> A mark is put at the end of a partition, as a slice of its own. The journal keeps order within a
 * partition, so when the router comes to the mark it has taken everything that lay before it; and it notes the mark in
 * the transaction that stores what it took along. Whoever finds the mark in the store finds everything before it.
 *
 * <p><b>Why a mark and not a look.</b> An echo that has been acknowledged to Meta may lie in the broker, in a consumer's
 * prefetch or in a transaction that is not yet committed, on this node or another. No look at queue or memory sees all
 * of these; the mark passes through all of them. It needs nothing but the broker and the database that all nodes share
 * anyway, costs one small durable message, and leaves the entrance of webhooks as it is: no database, no notes.
 *
 * <p><b>What if it does not come.</b> Then the router is behind, and nothing may be concluded. Whoever has put the mark may
 * ask for it again later; one that nobody asks for is tidied away.
 */
@Component("journalMarks")
public class JournalMarks {

    private static final String OPEN = "{\"object\":\"coexistence_hub\",\"mark\":\"";
    private static final String CLOSE = "\"}";
    private static final int LENGTH = OPEN.length() + 36 + CLOSE.length();

    private static final Duration LIFE = Duration.ofMinutes(10);

    private static final String NOTE =
            "INSERT INTO journal_mark (id, passed_at) VALUES (?, ?) ON CONFLICT DO NOTHING";
    private static final String COUNT = "SELECT COUNT(*) FROM journal_mark WHERE id = ANY (?)";
    private static final String REMOVE = "DELETE FROM journal_mark WHERE id = ANY (?)";
    private static final String TIDY = "DELETE FROM journal_mark WHERE passed_at < ?";

    private final Journal journal;
    private final JdbcTemplate jdbc;
    private final InstantSource clock;

    public JournalMarks(Journal journal, JdbcTemplate jdbc, InstantSource clock) {
        this.journal = journal;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** Puts a mark behind all that these partitions have at the moment; they are durable when this returns. */
    public List<UUID> put(Collection<Integer> partitions) {
        var marks = new ArrayList<UUID>();
        var slices = new ArrayList<Slice>();
        for (int partition : partitions) {
            UUID mark = UUID.randomUUID();
            marks.add(mark);
            slices.add(Slice.own(partition, slice(mark)));
        }
        journal.append(slices);
        return marks;
    }

    /** Whether all that lay before these marks is in the store. */
    public boolean arePassed(Collection<UUID> marks) {
        List<Long> found =
                jdbc.query(
                        COUNT,
                        statement -> statement.setArray(1, SqlArrays.uuid(statement, marks)),
                        (row, i) -> row.getLong(1));
        return found.getFirst() == marks.size();
    }

    /** Nobody will ask for these marks any more. */
    public void remove(Collection<UUID> marks) {
        jdbc.update(REMOVE, statement -> statement.setArray(1, SqlArrays.uuid(statement, marks)));
    }

    /** Step of the router, inside its store transaction. */
    public void pass(EventBatch batch) {
        if (batch.marks().isEmpty()) {
            return;
        }
        Instant now = clock.instant();
        jdbc.update(TIDY, SqlTimes.at(now.minus(LIFE)));
        for (UUID mark : batch.marks()) {
            jdbc.update(NOTE, mark, SqlTimes.at(now));
        }
    }

    private static byte[] slice(UUID mark) {
        return (OPEN + mark + CLOSE).getBytes(StandardCharsets.US_ASCII);
    }

    /** The mark a slice is, if it is one. */
    static Optional<UUID> in(byte[] slice) {
        if (slice.length != LENGTH) {
            return Optional.empty();
        }
        String text = new String(slice, StandardCharsets.US_ASCII);
        return text.startsWith(OPEN) && text.endsWith(CLOSE)
                ? Optional.of(UUID.fromString(text.substring(OPEN.length(), OPEN.length() + 36)))
                : Optional.empty();
    }
}
