package org.coexhub.connector.salesforce.pubsub;

import org.coexhub.platform.lease.DueRows;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

import javax.sql.DataSource;

/**
 * Stores up to where each channel is done, which events were done lately, and which node subscribes, by the
 * database's clock. Only the node that holds the channel moves its position: the statement that moves it says so itself.
 */
final class ReplayStore {

    /** Salesforce keeps events for 72 hours, and sometimes longer. */
    static final Duration REMEMBERED = Duration.ofDays(7);

    private static final String INSERT =
            """
            INSERT INTO salesforce_channel (channel, moved_at, since) VALUES (:channel, :now, :since)
            ON CONFLICT DO NOTHING
            """;

    private static final String HOLD =
            """
            UPDATE salesforce_channel SET holder = :node, held_until = %s
            WHERE channel = :channel AND (holder IS NULL OR holder = :node OR held_until < CURRENT_TIMESTAMP)
            """
                    .formatted(DueRows.FROM_NOW);

    private static final String LET_GO =
            "UPDATE salesforce_channel SET holder = NULL WHERE channel = :channel AND holder ="
                    + " :node";

    private static final String FIND =
            """
            SELECT replay_id, moved_at, since, expired_at, gap_from FROM salesforce_channel
            WHERE channel = :channel
            """;

    private static final String MOVE =
            """
            UPDATE salesforce_channel SET replay_id = :replay, moved_at = :now, held_until = %s
            WHERE channel = :channel AND holder = :node
            """
                    .formatted(DueRows.FROM_NOW);

    private static final String EXPIRED =
            """
            UPDATE salesforce_channel SET expired_at = :now, gap_from = moved_at
            WHERE channel = :channel AND holder = :node
            """;

    private static final String KNOWN =
            """
            SELECT event_id FROM salesforce_event WHERE channel = :channel AND event_id IN (:events)
            """;

    private static final String DONE =
            """
            INSERT INTO salesforce_event (channel, event_id, done_at) VALUES (?, ?, ?)
            ON CONFLICT DO NOTHING
            """;

    private static final String FORGET = "DELETE FROM salesforce_event WHERE done_at < :before";

    private final JdbcClient jdbc;
    private final JdbcTemplate batches;
    private final TransactionTemplate transaction;
    private final InstantSource clock;

    ReplayStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.batches = new JdbcTemplate(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.clock = clock;
    }

    /**
     * @param replayId null while nothing is done
     * @param movedAt when it was last known that nothing newer was there or undone
     * @param since events created before are not for the hub
     * @param expiredAt when Salesforce last did not know the position any more; null: never
     * @param gapFrom from when on events may be missing since; null with {@code expiredAt}
     */
    record Position(
            String replayId, Instant movedAt, Instant since, Instant expiredAt, Instant gapFrom) {}

    /** Who subscribes, and for how long that holds without another sign of life. */
    record Hold(String channel, String node, Duration lease) {}

    /** Another node has taken over. */
    static final class ChannelTakenException extends RuntimeException {
        ChannelTakenException(String channel) {
            super("another node has taken over " + channel);
        }
    }

    /** @param since for a channel that was never subscribed to */
    boolean hold(Hold hold, Instant since) {
        if (holds(hold)) {
            return true;
        }
        jdbc.sql(INSERT)
                .param("channel", hold.channel)
                .param("now", SqlTimes.at(clock.instant()))
                .param("since", SqlTimes.at(since))
                .update();
        return holds(hold);
    }

    private boolean holds(Hold hold) {
        return jdbc.sql(HOLD)
                        .param("channel", hold.channel)
                        .param("node", hold.node)
                        .param("millis", hold.lease.toMillis())
                        .update()
                == 1;
    }

    void letGo(Hold hold) {
        jdbc.sql(LET_GO).param("channel", hold.channel).param("node", hold.node).update();
    }

    Optional<Position> position(String channel) {
        return jdbc.sql(FIND)
                .param("channel", channel)
                .query(
                        (row, number) ->
                                new Position(
                                        row.getString("replay_id"),
                                        SqlTimes.read(row, "moved_at"),
                                        SqlTimes.read(row, "since"),
                                        SqlTimes.read(row, "expired_at"),
                                        SqlTimes.read(row, "gap_from")))
                .optional();
    }

    /** Which of these events are done; at least one is asked for. */
    Set<String> known(String channel, List<String> events) {
        return new HashSet<>(
                jdbc.sql(KNOWN)
                        .param("channel", channel)
                        .param("events", events)
                        .query(String.class)
                        .list());
    }

    /**
     * These events are done, and everything up to that position.
     *
     * @throws ChannelTakenException the events are noted, and the position left to the other node
     */
    void done(Hold hold, List<String> events, String replayId) {
        boolean moved =
                Boolean.TRUE.equals(
                        transaction.execute(
                                status -> {
                                    note(hold.channel, events);
                                    return moved(hold, replayId);
                                }));
        if (!moved) {
            throw new ChannelTakenException(hold.channel);
        }
    }

    private void note(String channel, List<String> events) {
        OffsetDateTime now = SqlTimes.at(clock.instant());
        batches.batchUpdate(
                DONE, events.stream().map(event -> new Object[] {channel, event, now}).toList());
    }

    /**
     * Everything up to there is done.
     *
     * @throws ChannelTakenException the position is left to the other node
     */
    void move(Hold hold, String replayId) {
        if (!moved(hold, replayId)) {
            throw new ChannelTakenException(hold.channel);
        }
    }

    private boolean moved(Hold hold, String replayId) {
        return jdbc.sql(MOVE)
                        .param("channel", hold.channel)
                        .param("node", hold.node)
                        .param("replay", replayId)
                        .param("now", SqlTimes.at(clock.instant()))
                        .param("millis", hold.lease.toMillis())
                        .update()
                == 1;
    }

    void expired(Hold hold) {
        jdbc.sql(EXPIRED)
                .param("channel", hold.channel)
                .param("node", hold.node)
                .param("now", SqlTimes.at(clock.instant()))
                .update();
    }

    /** Drops the ids of events that cannot come again. */
    void tidy() {
        jdbc.sql(FORGET).param("before", SqlTimes.at(clock.instant().minus(REMEMBERED))).update();
    }
}
