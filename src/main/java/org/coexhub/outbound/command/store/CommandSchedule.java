package org.coexhub.outbound.command.store;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandOptions.OnUnknown;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;

import javax.sql.DataSource;

/**
 * Finds the commands that the hub has to look at by itself: accepted ones whose pointer got lost between database and
 * queue, held and waiting ones whose time has come, outcomes not yet published.
 *
 * <p>A due command is claimed by moving its {@code wake_at} on, so that of several nodes one puts the pointer. The claim
 * is short; once the pointer is durable it becomes a long lease. Whatever crashes in between, the command is due again
 * after one of the two; a pointer too many is harmless.
 */
public final class CommandSchedule {

    /** A command still only accepted by then has lost its pointer. */
    static final Duration UNQUEUED_AFTER = Duration.ofSeconds(10);

    /** How long a node may take from the claim to the durable pointer. */
    private static final Duration CLAIM = Duration.ofMinutes(1);

    /** A pointer not worked off by then is taken for lost, for instance with a broker whose disk was replaced. */
    public static final Duration LEASE = Duration.ofHours(1);

    private static final Duration UNTOLD_AFTER = Duration.ofSeconds(5);
    private static final Duration EARLY_STATUS_LIFE = Duration.ofHours(1);

    private static final String DUE =
            """
            SELECT id, state, wake_at, phone_number_id, recipient FROM command
            WHERE state IN ('accepted', 'held', 'queued', 'sending', 'unresolved') AND wake_at <= :now
            ORDER BY wake_at, seq LIMIT :limit
            """;

    private static final String CLAIM_DUE =
            """
            UPDATE command SET wake_at = :claim, waits_for = NULL
            WHERE id = :id AND state = :state AND wake_at = :due
            """;

    private static final String EXTEND =
            "UPDATE command SET wake_at = :lease WHERE id IN (:ids) AND wake_at = :claim";

    private static final String WAKE_NUMBER =
            """
            UPDATE command SET wake_at = :now
            WHERE phone_number_id = :number AND state = 'queued' AND waits_for = 'number'
            """;

    /**
     * One that has not been tried comes first, of these one that was not part of a bulk; then the one whose try was longest
     * ago: what is refused for its own sake must not be all that is ever tried.
     */
    private static final String WAKE_ONE_OF_NUMBER =
            """
            UPDATE command SET wake_at = :now WHERE id = (
                SELECT id FROM command
                WHERE phone_number_id = :number AND state = 'queued' AND waits_for = 'number'
                ORDER BY called_at NULLS FIRST, origin = 'bulk', seq LIMIT 1)
            """;

    /** Of each recipient the first that waits, where none before it is open: its wake-up got lost. */
    private static final String WAKE_LOST =
            """
            UPDATE command SET wake_at = :now WHERE id IN (
                SELECT c.id FROM command c
                WHERE c.state = 'queued' AND c.waits_for = 'earlier' AND c.wake_at > :now AND NOT EXISTS (
                    SELECT 1 FROM command e
                    WHERE e.phone_number_id = c.phone_number_id AND e.recipient = c.recipient AND e.seq < c.seq
                      AND e.state IN ('accepted', 'queued', 'sending')))
            """;

    /** Those whose pointer was made after the backup's moment are without one and wait for nothing. */
    private static final String WAKE_RELEASED =
            """
            UPDATE command SET wake_at = :now
            WHERE state = 'queued' AND (waits_for = 'restored' OR waits_for IS NULL) AND wake_at > :now
            """;

    private static final String WAKE_SENDING =
            """
            UPDATE command SET wake_at = :now WHERE state = 'sending' AND changed_at < :before AND wake_at > :now
            """;

    private static final String COUNT_OPEN =
            """
            SELECT state, COUNT(*) FROM command
            WHERE state IN ('accepted', 'held', 'queued', 'sending', 'unresolved') GROUP BY state
            """;

    private static final String FORGET_KEYS = "DELETE FROM command_key WHERE created_at < :before";

    /** A row that is due; its body stays where it is, for hundreds of large ones may be due at once. */
    private record Due(
            CommandId id,
            CommandState state,
            Instant wakeAt,
            PhoneNumberId from,
            String recipient) {}

    private final JdbcClient jdbc;
    private final GroupRows groups;
    private final UnpublishedOutcomes unpublished;
    private final CommandStore store;
    private final InstantSource clock;

    public CommandSchedule(DataSource database, CommandStore store, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.groups = new GroupRows(jdbc);
        this.unpublished = new UnpublishedOutcomes(jdbc);
        this.store = store;
        this.clock = clock;
    }

    /** Puts pointers for what is due, oldest first, and returns how many. */
    public int enqueueDue(SendQueue queue, int limit) {
        Instant now = clock.instant();
        Instant claim = now.plus(CLAIM);
        List<Due> due = due(now, limit);
        if (due.isEmpty()) {
            return 0;
        }
        Set<CommandId> claimed = store.together(() -> claim(due, claim));
        List<Pointer> pointers =
                due.stream()
                        .filter(each -> claimed.contains(each.id))
                        .map(
                                each ->
                                        new Pointer(
                                                each.id,
                                                groups.of(each.id, each.from, each.recipient)))
                        .toList();
        if (!pointers.isEmpty()) {
            queue.put(pointers);
            extend(claimed, claim, now.plus(LEASE));
        }
        return pointers.size();
    }

    /** In the order in which others lock them. */
    private Set<CommandId> claim(List<Due> due, Instant claim) {
        return due.stream()
                .sorted(Comparator.comparing(each -> each.id.value()))
                .filter(each -> claim(each, claim))
                .map(Due::id)
                .collect(Collectors.toSet());
    }

    /** Puts pointers for commands behind which another one has ended since the last look, if there are any. */
    public void enqueueWoken(SendQueue queue, int limit) {
        if (store.hasWoken()) {
            enqueueDue(queue, limit);
        }
    }

    /**
     * Puts the pointers of new commands that are next for their recipient; two commits, however many they are. So many as
     * there may be for one recipient, in the queue they are one or two, and those for others are not behind them.
     */
    public void enqueue(SendQueue queue, List<Acceptance> accepted) {
        Set<CommandId> waiting = queueBehindOpen(accepted.stream().map(Acceptance::id).toList());
        List<Acceptance> next =
                accepted.stream().filter(each -> !waiting.contains(each.id())).toList();
        if (!next.isEmpty()) {
            queue.put(next.stream().map(Acceptance::pointer).toList());
            store.queue(next.stream().map(Acceptance::id).toList(), clock.instant().plus(LEASE));
        }
    }

    /**
     * Queues a new command without a pointer if an earlier one of its recipient is open, whose end then wakes it.
     *
     * @return false: it needs a pointer
     */
    public boolean queueBehindOpen(CommandId id) {
        return !queueBehindOpen(List.of(id)).isEmpty();
    }

    private Set<CommandId> queueBehindOpen(List<CommandId> ids) {
        Set<CommandId> behind = store.behindOpen(ids);
        if (behind.isEmpty()) {
            return behind;
        }
        Instant lost = clock.instant().plus(LEASE);
        together(behind, id -> store.queueBehind(id, lost));
        return behind.stream().filter(store::hasEarlierStillOpen).collect(Collectors.toSet());
    }

    private <T> void together(Collection<T> all, Consumer<T> step) {
        store.together(
                () -> {
                    all.forEach(step);
                    return null;
                });
    }

    /** A pointer to the command is durable; it is queued unless it has gone further already. */
    public void markQueued(CommandId id) {
        TransitionDetails lease =
                TransitionDetails.NONE.wakingAt(null, clock.instant().plus(LEASE));
        store.transition(id, CommandState.ACCEPTED, CommandState.QUEUED, lease);
    }

    private List<Due> due(Instant now, int limit) {
        return jdbc.sql(DUE)
                .param("now", SqlTimes.millis(now))
                .param("limit", limit)
                .query(CommandSchedule::readDue)
                .list();
    }

    private static Due readDue(ResultSet rs, int row) throws SQLException {
        return new Due(
                new CommandId(rs.getString("id")),
                CommandState.ofWireName(rs.getString("state")),
                SqlTimes.read(rs, "wake_at"),
                new PhoneNumberId(rs.getString("phone_number_id")),
                rs.getString("recipient"));
    }

    private boolean claim(Due due, Instant claim) {
        TransitionDetails lease = TransitionDetails.NONE.wakingAt(null, claim);
        return switch (due.state) {
            case ACCEPTED, HELD -> store.transition(due.id, due.state, CommandState.QUEUED, lease);
            case UNRESOLVED -> claimUnresolved(due, claim);
            default ->
                    jdbc.sql(CLAIM_DUE)
                                    .param("id", due.id.value())
                                    .param("state", due.state.wireName())
                                    .param("due", SqlTimes.millis(due.wakeAt))
                                    .param("claim", SqlTimes.millis(claim))
                                    .update()
                            == 1;
        };
    }

    /** No status has come in time: what the caller wanted for this case. Only a resend needs a pointer. */
    private boolean claimUnresolved(Due due, Instant claim) {
        if (store.find(due.id).filter(CommandSchedule::isToBeResent).isPresent()) {
            return store.transition(
                    due.id,
                    CommandState.UNRESOLVED,
                    CommandState.QUEUED,
                    TransitionDetails.because("resend_once").wakingAt(null, claim).asResend());
        }
        store.transition(
                due.id,
                CommandState.UNRESOLVED,
                CommandState.FAILED,
                TransitionDetails.because(CommandState.OUTCOME_UNKNOWN));
        return false;
    }

    private static boolean isToBeResent(StoredCommand command) {
        return command.command().options().onUnknown() == OnUnknown.RESEND_ONCE
                && !command.resent();
    }

    private void extend(Set<CommandId> ids, Instant claim, Instant lease) {
        jdbc.sql(EXTEND)
                .param("ids", ids.stream().map(CommandId::value).toList())
                .param("claim", SqlTimes.millis(claim))
                .param("lease", SqlTimes.millis(lease))
                .update();
    }

    /**
     * Tells the outcomes that should long have been told as events and were not.
     *
     * @param publish takes a portion of them, some MB at most however many there are
     */
    public void tellUntold(int limit, Consumer<List<StoredCommand>> publish) {
        unpublished.before(clock.instant().minus(UNTOLD_AFTER), limit, publish);
    }

    /** All that waited for the number may go on. */
    public void wakeNumber(PhoneNumberId number) {
        wake(WAKE_NUMBER, number);
    }

    /** One command may try whether the number sends again. */
    public void wakeProbe(PhoneNumberId number) {
        wake(WAKE_ONE_OF_NUMBER, number);
    }

    /** All that waited for a person to release sending may go on. */
    public void wakeReleased() {
        jdbc.sql(WAKE_RELEASED).param("now", SqlTimes.millis(clock.instant())).update();
    }

    /** What was being sent before this moment is looked at. */
    public void wakeSending(Instant before) {
        jdbc.sql(WAKE_SENDING)
                .param("now", SqlTimes.millis(clock.instant()))
                .param("before", SqlTimes.millis(before))
                .update();
    }

    private void wake(String sql, PhoneNumberId number) {
        jdbc.sql(sql)
                .param("number", number.value())
                .param("now", SqlTimes.millis(clock.instant()))
                .update();
    }

    /** How many commands are in each state that is not an end. */
    public Map<CommandState, Long> countOpen() {
        var counts = new EnumMap<CommandState, Long>(CommandState.class);
        jdbc.sql(COUNT_OPEN)
                .query(
                        rs -> {
                            counts.put(CommandState.ofWireName(rs.getString(1)), rs.getLong(2));
                        });
        return counts;
    }

    /** Removes idempotency keys past their life, joins statuses that came early, and drops those nobody claimed. */
    public void tidy(Duration keyLife) {
        Instant now = clock.instant();
        store.joinEarlyStatuses(now.minus(EARLY_STATUS_LIFE));
        jdbc.sql(WAKE_LOST).param("now", SqlTimes.millis(now)).update();
        jdbc.sql(FORGET_KEYS).param("before", SqlTimes.millis(now.minus(keyLife))).update();
    }
}
