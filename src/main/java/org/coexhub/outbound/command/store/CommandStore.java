package org.coexhub.outbound.command.store;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;

import javax.sql.DataSource;

/**
 * Stores commands and their states. How a state may change is the matter of {@link Transitions}, what webhooks say of
 * messages that of {@link StatusStore}, and how new ones come in that of {@link NewCommands}.
 */
public final class CommandStore {

    private static final String LOCK_ATTEMPT =
            "SELECT 1 FROM command WHERE id = :id AND attempts = :attempt FOR UPDATE";

    private static final String PASSED =
            """
            SELECT EXISTS (
                SELECT 1 FROM command l JOIN command c
                    ON l.phone_number_id = c.phone_number_id AND l.recipient = c.recipient AND l.seq > c.seq
                WHERE c.id = :id AND l.called_at IS NOT NULL)
            """;

    private static final String PARK =
            """
            UPDATE command SET waits_for = :waitsFor, wake_at = :wakeAt
            WHERE id = :id AND state = 'queued'
            """;

    private static final String KEEP_WINDOW_KEY =
            "UPDATE command SET window_key = :key WHERE id = :id";

    private static final String WAKE_HELD =
            """
            UPDATE command SET wake_at = :now
            WHERE window_key IN (:keys) AND state = 'held' AND waits_for = 'window' AND wake_at > :now
            """;

    private static final String BEHIND_OPEN =
            """
            SELECT c.id FROM command c WHERE c.id IN (:ids) AND EXISTS (
                SELECT 1 FROM command e
                WHERE e.phone_number_id = c.phone_number_id AND e.recipient = c.recipient AND e.seq < c.seq
                  AND e.state IN ('accepted', 'queued', 'sending'))
            """;

    private static final String EARLIER_STILL_OPEN =
            """
            SELECT e.id FROM command e JOIN command c
                ON e.phone_number_id = c.phone_number_id AND e.recipient = c.recipient AND e.seq < c.seq
            WHERE c.id = :id AND e.state IN ('accepted', 'queued', 'sending') LIMIT 1 FOR SHARE OF e
            """;

    private static final String PARK_BEHIND =
            """
            UPDATE command SET waits_for = 'earlier', wake_at = LEAST(CAST(:wakeAt AS TIMESTAMPTZ), expires_at)
            WHERE id = :id AND state = 'queued' AND waits_for IS NULL
            """;

    /** By the times of the last changes, which are indexed. */
    private static final String TAKEN_SINCE =
            """
            SELECT EXISTS (
                SELECT 1 FROM command
                WHERE announced IN (TRUE, FALSE) AND changed_at >= :since
                  AND phone_number_id = :number AND wamid IS NOT NULL AND called_at > :since)
            """;

    private static final String ANNOUNCED =
            "UPDATE command SET announced = TRUE WHERE id = :id AND state = :state AND announced ="
                    + " FALSE";

    private static final String FIND = "SELECT * FROM command WHERE id = :id";

    private static final String FIND_ALL = "SELECT * FROM command WHERE id IN (:ids)";

    private static final Set<CommandState> BEFORE_SENDING =
            EnumSet.of(CommandState.ACCEPTED, CommandState.HELD, CommandState.QUEUED);

    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final InstantSource clock;
    private final KeyStore keys;
    private final NewCommands newCommands;
    private final Transitions transitions;
    private final StatusStore statuses;

    /** Joins a transaction that is already open on this data source, and opens its own where there is none. */
    public CommandStore(DataSource database, InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.transaction = new TransactionTemplate(new JdbcTransactionManager(database));
        this.clock = clock;
        this.keys = new KeyStore(jdbc);
        this.transitions = new Transitions(database, transaction);
        this.newCommands = new NewCommands(jdbc, keys, transitions);
        this.statuses = new StatusStore(database, transaction, clock);
    }

    /** Whether the end of a command has woken the recipient's next one since this was last asked. */
    boolean hasWoken() {
        return transitions.hasWoken();
    }

    /**
     * Stores commands, in one transaction, and so that those that come later in the list are sent later.
     *
     * @return for each in its place; empty where the key belongs to different JSON
     */
    public List<Optional<Acceptance>> accept(List<Submission> submissions) {
        return transaction.execute(status -> newCommands.accept(submissions, now()));
    }

    /** @return empty where the key belongs to different JSON */
    public Optional<Acceptance> accept(Submission submission) {
        return accept(List.of(submission)).getFirst();
    }

    public boolean knows(IdempotencyKey key, Caller caller) {
        return keys.find(key, caller).isPresent();
    }

    /** The command that was made under the key, whatever has become of it. */
    public Optional<CommandId> find(IdempotencyKey key, Caller caller) {
        return keys.find(key, caller).map(KeyStore.Use::id);
    }

    /**
     * The only way to change a state.
     *
     * @return false when the command is no longer in the expected state; nothing has changed then
     * @throws IllegalArgumentException the step is not one of {@link CommandState}
     */
    public boolean transition(
            CommandId id, CommandState expected, CommandState next, TransitionDetails change) {
        return transitions.change(id, expected, next, change, now());
    }

    /** Pointers to these new commands are durable; each is queued unless it has gone further already. */
    void queue(List<CommandId> ids, Instant wakeAt) {
        transitions.queue(ids, wakeAt, now());
    }

    /**
     * The mark without which Graph may not be called: moves queued commands to {@code sending}.
     *
     * @param commands whether each goes out as its fallback template
     * @param lost when a call that has told nothing is taken for interrupted
     * @return those that were moved; nobody may call for the others
     */
    public Set<CommandId> beginCalls(Map<CommandId, Boolean> commands, Instant lost) {
        return commands.isEmpty() ? Set.of() : transitions.begin(commands, lost, now());
    }

    /**
     * Ends a call to Graph of which is known that no message came of it, or nothing at all. What an earlier call ends with
     * says nothing of the one that is under way now. A call that had been given up as unresolved may end like any other; but
     * where a later command of the recipient has gone out since, it is not tried again behind that, and fails.
     *
     * @param attempt which of the command's calls it was, counted from 1
     * @return false when the command is no longer at this attempt, or knows more; nothing has changed then
     */
    public boolean endAttempt(
            CommandId id, int attempt, CommandState next, TransitionDetails change) {
        return together(
                () ->
                        isAt(id, attempt)
                                && (transition(id, CommandState.SENDING, next, change)
                                        || endUnresolved(id, next, change)));
    }

    private boolean endUnresolved(CommandId id, CommandState next, TransitionDetails change) {
        if (next == CommandState.UNRESOLVED) {
            return false;
        }
        boolean passed = next == CommandState.QUEUED && isPassed(id);
        return transition(
                id,
                CommandState.UNRESOLVED,
                passed ? CommandState.FAILED : next,
                passed ? change.wakingAt(null, null) : change);
    }

    /** Whether a later command of the same recipient has been called. */
    private boolean isPassed(CommandId id) {
        return jdbc.sql(PASSED).param("id", id.value()).query(Boolean.class).single();
    }

    /** Until the transaction ends it stays so. */
    private boolean isAt(CommandId id, int attempt) {
        return jdbc.sql(LOCK_ATTEMPT)
                .param("id", id.value())
                .param("attempt", attempt)
                .query(Integer.class)
                .optional()
                .isPresent();
    }

    /**
     * Meta's answer to a send.
     *
     * @param wamid null for a receipt, which is no message
     * @param waId null where Meta does not tell; so is the next
     */
    public record Sent(CommandId id, Wamid wamid, String waId, String userId) {}

    /** As {@link #recordSent(CommandId, Wamid, String, String)}, for many in one transaction. */
    public void recordSent(List<Sent> all) {
        if (all.isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(
                status -> {
                    Set<CommandId> moved = transitions.sent(all, now());
                    for (Sent sent : all) {
                        if (!moved.contains(sent.id)) {
                            recordSent(sent.id, sent.wamid, sent.waId, sent.userId);
                        }
                    }
                    List<Wamid> wamids =
                            all.stream().map(Sent::wamid).filter(Objects::nonNull).toList();
                    if (!wamids.isEmpty()) {
                        statuses.joinEarly(wamids);
                    }
                });
    }

    /** Meta's answer to a send: the command is sent, unless a status has told more by now. */
    public void recordSent(CommandId id, Wamid wamid, String waId, String userId) {
        TransitionDetails change = TransitionDetails.sent(wamid, waId, userId);
        transaction.executeWithoutResult(
                status -> {
                    boolean moved =
                            transition(id, CommandState.SENDING, CommandState.SENT, change)
                                    || transition(
                                            id, CommandState.UNRESOLVED, CommandState.SENT, change);
                    if (!moved) {
                        transitions.learn(id, change);
                    }
                });
        if (wamid != null) {
            statuses.joinEarly(List.of(wamid));
        }
    }

    /**
     * Takes a command back that has not been sent. One that waits to be sent once more may have reached its recipient: it is
     * not sent again, and ends as of unknown outcome.
     *
     * @return false when it is too late, or there is no such command
     */
    public boolean cancel(CommandId id) {
        Optional<StoredCommand> command = find(id).filter(CommandStore::waits);
        while (command.isPresent()) {
            boolean resent = command.get().resent();
            if (transition(
                    id,
                    command.get().state(),
                    resent ? CommandState.FAILED : CommandState.CANCELLED,
                    TransitionDetails.because(
                            resent ? CommandState.OUTCOME_UNKNOWN : "cancelled"))) {
                return !resent;
            }
            command = find(id).filter(CommandStore::waits);
        }
        return false;
    }

    private static boolean waits(StoredCommand command) {
        return BEFORE_SENDING.contains(command.state());
    }

    /** Steps that belong together, in one transaction: they cost one commit, and are repeated together or not at all. */
    public <T> T together(Supplier<T> steps) {
        return transaction.execute(status -> steps.get());
    }

    /** Lets a queued command wait; its pointer may go, the hub puts a new one at {@code wakeAt}. */
    public void park(CommandId id, Wait waitsFor, Instant wakeAt) {
        jdbc.sql(PARK)
                .param("id", id.value())
                .param("waitsFor", waitsFor.column())
                .param("wakeAt", SqlTimes.millis(wakeAt))
                .update();
    }

    /**
     * Holds a queued command until the customer writes, or until that time.
     *
     * @param windowKey names the customer to {@link #wakeHeld}
     */
    public void holdForWindow(CommandId id, String windowKey, Instant until) {
        transaction.executeWithoutResult(
                status -> {
                    TransitionDetails change =
                            TransitionDetails.because("window_closed").wakingAt(Wait.WINDOW, until);
                    if (transition(id, CommandState.QUEUED, CommandState.HELD, change)) {
                        jdbc.sql(KEEP_WINDOW_KEY)
                                .param("id", id.value())
                                .param("key", windowKey)
                                .update();
                    }
                });
    }

    /** The windows of these customers may have opened: what is held for them gets its turn. */
    public void wakeHeld(Collection<String> windowKeys) {
        if (!windowKeys.isEmpty()) {
            jdbc.sql(WAKE_HELD)
                    .param("keys", windowKeys)
                    .param("now", SqlTimes.millis(now()))
                    .update();
        }
    }

    /** Whether the same recipient has a command that was accepted before this one and is not yet through. */
    public boolean hasEarlierOpen(CommandId id) {
        return !behindOpen(List.of(id)).isEmpty();
    }

    /** Those of them whose recipient has a command that was accepted before and is not yet through. */
    Set<CommandId> behindOpen(List<CommandId> ids) {
        return jdbc
                .sql(BEHIND_OPEN)
                .param("ids", ids.stream().map(CommandId::value).toList())
                .query(String.class)
                .list()
                .stream()
                .map(CommandId::new)
                .collect(Collectors.toSet());
    }

    /**
     * To be asked once a command is parked behind an earlier one. Who is just ending that one has looked for those behind it
     * before this was parked, and may not have committed yet: it is waited for. Who ends it after this answer finds this
     * one parked.
     */
    public boolean hasEarlierStillOpen(CommandId id) {
        return jdbc.sql(EARLIER_STILL_OPEN)
                .param("id", id.value())
                .query(String.class)
                .optional()
                .isPresent();
    }

    /** Queues a new command behind earlier ones, without a pointer; also one that was queued before and got no pointer. */
    void queueBehind(CommandId id, Instant wakeAt) {
        transition(id, CommandState.ACCEPTED, CommandState.QUEUED, TransitionDetails.NONE);
        jdbc.sql(PARK_BEHIND)
                .param("id", id.value())
                .param("wakeAt", SqlTimes.millis(wakeAt))
                .update();
    }

    /** Whether Meta has taken another message of the number, in a call that began after this time. */
    public boolean hasTakenSince(PhoneNumberId number, Instant since) {
        return jdbc.sql(TAKEN_SINCE)
                .param("number", number.value())
                .param("since", SqlTimes.millis(since))
                .query(Boolean.class)
                .single();
    }

    public Optional<StoredCommand> find(CommandId id) {
        return jdbc.sql(FIND).param("id", id.value()).query(CommandRows::read).optional();
    }

    public List<StoredCommand> find(List<CommandId> ids) {
        return jdbc.sql(FIND_ALL)
                .param("ids", ids.stream().map(CommandId::value).toList())
                .query(CommandRows::read)
                .list();
    }

    public List<Transition> transitions(CommandId id) {
        return transitions.of(id);
    }

    /** The events of these commands' states are durable; one commit for all, in the order in which statuses lock them. */
    public void markAnnounced(List<Told> outcomes) {
        transaction.executeWithoutResult(
                status ->
                        outcomes.stream()
                                .sorted(Comparator.comparing(told -> told.id.value()))
                                .forEach(told -> markAnnounced(told.id, told.state)));
    }

    /** An outcome whose events are durable; without the command's body, for many may wait for their mark. */
    public record Told(CommandId id, CommandState state) {}

    /** The event of this state is durable. */
    public void markAnnounced(CommandId id, CommandState state) {
        jdbc.sql(ANNOUNCED).param("id", id.value()).param("state", state.wireName()).update();
    }

    /**
     * Takes what webhooks say about messages, in one go for many. Commands are found by callback data or by wamid; a
     * state never goes down. Statuses of messages that are not the hub's change nothing.
     *
     * @return commands whose outcome became known by this; their events are still to be published
     */
    public List<StoredCommand> applyStatuses(List<StatusSeen> seen) {
        return statuses.apply(seen);
    }

    /** An echo of a message of the hub's own proves that Meta has it. */
    public List<StoredCommand> applyEcho(Wamid wamid) {
        return applyStatuses(List.of(new StatusSeen(null, wamid, "sent", now(), null, null)));
    }

    /** Statuses still waiting for their command, and those that waited long enough for nothing. */
    void joinEarlyStatuses(Instant olderThan) {
        statuses.joinAllEarly(olderThan);
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
