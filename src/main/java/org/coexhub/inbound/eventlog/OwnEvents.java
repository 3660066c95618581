package org.coexhub.inbound.eventlog;

import org.coexhub.event.CloudEventWriter;
import org.coexhub.event.HubEvent;
import org.coexhub.event.Slice;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.journal.Journal;
import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.platform.store.SqlTimes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;

/**
 * Publishes events of the hub's own making: through the journal, like Meta's, so they are claimed, ordered and routed.
 *
 * <p><b>An event that belongs to a change in the store</b> is noted in the transaction of that change, and published
 * after the commit: no transaction waits for the broker with rows locked, and neither is there without the other. What a
 * crash or an absent broker kept from being published is published by {@link #publishForgotten}; the event's id makes a
 * second copy a duplicate.
 *
 * <p><b>Why none passes another.</b> Events of one conversation are noted under its lock, so {@code seq} is the order of the
 * changes, and whoever publishes one publishes what was noted before it in its partition first. Two who do so at once both
 * begin with the oldest; what the second repeats are duplicates.
 */
@Component("ownEvents")
public class OwnEvents {

    private static final Logger LOG = LoggerFactory.getLogger(OwnEvents.class);

    /** Longer than whoever noted it needs to publish it. */
    private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(10);

    private static final int AT_ONCE = 100;

    private static final String NOTE =
            "INSERT INTO own_event (id, partition_no, slice, noted_at) VALUES (?, ?, ?, ?) ON"
                    + " CONFLICT DO NOTHING";

    private static final String FORGOTTEN =
            "SELECT partition_no, MAX(seq) FROM own_event WHERE noted_at <= ? GROUP BY"
                    + " partition_no";

    private static final String SEQ = "SELECT seq FROM own_event WHERE id = ?";

    private static final String UP_TO =
            """
            SELECT id, slice FROM own_event WHERE partition_no = ? AND seq <= ? ORDER BY seq LIMIT ?
            """;

    private static final String REMOVE = "DELETE FROM own_event WHERE id = ?";

    private final Journal journal;
    private final WebhookSlicer slicer;
    private final JdbcTemplate jdbc;
    private final InstantSource clock;
    private final CloudEventWriter writer = new CloudEventWriter();

    OwnEvents(Journal journal, WebhookSlicer slicer, JdbcTemplate jdbc, InstantSource clock) {
        this.journal = journal;
        this.slicer = slicer;
        this.jdbc = jdbc;
        this.clock = clock;
    }

    /** An event that is published for certain once the transaction that noted it is committed. */
    public record Noted(String id, Slice slice) {}

    private record Last(int partition, long seq) {}

    /** Returns once the event is durable. */
    public void publish(HubEvent event) {
        journal.append(List.of(slice(event)));
    }

    /** To be called inside the transaction of what the event tells. */
    public Noted note(HubEvent event) {
        var noted = new Noted(event.id().value(), slice(event));
        jdbc.update(
                NOTE,
                noted.id,
                noted.slice.partition(),
                noted.slice.body(),
                SqlTimes.at(clock.instant()));
        return noted;
    }

    /**
     * To be called after that transaction; what cannot be published now is published later.
     *
     * @return whether it is published
     */
    public boolean publish(Noted noted) {
        try {
            // None: somebody else has published it by now.
            jdbc.queryForList(SEQ, Long.class, noted.id)
                    .forEach(seq -> publishUpTo(noted.slice.partition(), seq));
            return true;
        } catch (BrokerUnavailableException later) {
            LOG.warn(
                    "Event {} is published later: {}",
                    noted.id.substring(0, noted.id.indexOf(':') + 1),
                    later.getMessage());
            return false;
        }
    }

    /** Periodic step: what was noted and not published. */
    public void publishForgotten() {
        OffsetDateTime before = SqlTimes.at(clock.instant().minus(FORGOTTEN_AFTER));
        jdbc.query(FORGOTTEN, (row, i) -> new Last(row.getInt(1), row.getLong(2)), before)
                .forEach(last -> publishUpTo(last.partition, last.seq));
    }

    private void publishUpTo(int partition, long seq) {
        List<Noted> noted;
        do {
            noted =
                    jdbc.query(
                            UP_TO,
                            (row, i) ->
                                    new Noted(
                                            row.getString(1),
                                            Slice.own(partition, row.getBytes(2))),
                            partition,
                            seq,
                            AT_ONCE);
            if (!noted.isEmpty()) {
                journal.append(noted.stream().map(Noted::slice).toList());
                noted.forEach(published -> jdbc.update(REMOVE, published.id));
            }
        } while (noted.size() == AT_ONCE);
    }

    private Slice slice(HubEvent event) {
        int partition =
                event.customer() == null
                        ? 0
                        : slicer.partitionOf(event.number(), event.customer(), null);
        return Slice.own(partition, InternalSlice.of(List.of(writer.write(event))));
    }
}
