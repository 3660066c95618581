package org.coexhub.outbound.send;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendRule.Verdict;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.GraphClient;
import org.coexhub.outbound.graph.GraphResult;
import org.coexhub.outbound.send.limit.Admission;
import org.coexhub.outbound.send.limit.SendLimits;
import org.coexhub.platform.batch.GroupCommit;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * The steps of the send route.
 *
 * <p><b>Why nobody gets a message twice.</b> Before Graph is called the command is moved to {@code sending}, which only
 * one turn can do. A turn that finds it so leaves it alone as long as the call and the record of its answer can take. After
 * that, or where the process that called is known to have ended, it looks at the remains of a crash: nobody knows how far
 * that call got, so the command becomes {@code unresolved} and is not sent again. Its id travels as callback data, and the
 * first status that carries it tells the truth. Only refusals that Meta documents as refusals, and connections that never
 * came about, lead back to {@code queued}.
 *
 * <p><b>Why no command gets lost.</b> Each step writes its state before the next one begins, and a step that cannot
 * write because the store is away is repeated by the route, the call to Graph excepted, which is over by then. The pointer
 * leaves its queue when the turn has been decided. If the process dies before that, the pointer comes again and finds the
 * state as it was left; a command that is being sent, or waits for something, has a {@code wake_at} at which it gets a new
 * pointer.
 *
 * <p><b>Why no command stops the others.</b> A step that fails for any other reason is given up after a few attempts: the
 * command is {@code failed} where Graph has not been called, {@code unresolved} where it may have been.
 *
 * <p><b>Why order holds per recipient.</b> A command that sees an earlier one still open waits, without a pointer; the one
 * that ends wakes the next. Pointers of one recipient form a message group, decided one by one, and there are never many
 * of them, whatever is accepted for one recipient. Others never notice.
 */
public final class SendTurn implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(SendTurn.class);

    private static final int AT_A_TIME = 2;
    private static final int MARKED_TOGETHER = 100;
    private static final int OUTCOMES_TOGETHER = 200;

    private final CommandStore store;
    private final CommandSchedule schedule;
    private final SendHold hold;
    private final SendPolicy policy;
    private final NumberSuspensions suspensions;
    private final SendLimits limits;
    private final GraphClient graph;
    private final SendOutcome outcome;
    private final OutcomeEvents events;
    private final Duration callLease;
    private final EndedProcesses ended;
    private final InstantSource clock;
    private final GroupCommit<Entering, Turn> entering;
    private final GroupCommit<Turn, Turn> together;

    /**
     * @param callLease how long a call may take until its answer is recorded, before it counts as interrupted
     * @param ended those that can be at no call any more, and so need no lease
     */
    SendTurn(
            CommandStore store,
            CommandSchedule schedule,
            SendHold hold,
            SendPolicy policy,
            NumberSuspensions suspensions,
            SendLimits limits,
            GraphClient graph,
            SendOutcome outcome,
            OutcomeEvents events,
            Duration callLease,
            EndedProcesses ended,
            InstantSource clock) {
        this.store = store;
        this.schedule = schedule;
        this.hold = hold;
        this.policy = policy;
        this.suspensions = suspensions;
        this.limits = limits;
        this.graph = graph;
        this.outcome = outcome;
        this.events = events;
        this.callLease = callLease;
        this.ended = ended;
        this.clock = clock;
        this.entering = new GroupCommit<>("send-marks", AT_A_TIME, MARKED_TOGETHER, this::enterAll);
        this.together =
                new GroupCommit<>("send-outcomes", AT_A_TIME, OUTCOMES_TOGETHER, this::recordAll);
    }

    /** Reads the command that a pointer means. */
    public Turn load(byte[] pointer) {
        return Pointer.commandIn(pointer)
                .flatMap(store::find)
                .map(Turn::of)
                .orElseGet(
                        () -> {
                            LOG.warn(
                                    "A pointer on the send queue leads to no command; it is"
                                            + " dropped");
                            return Turn.of(null);
                        });
    }

    /** Decides whether the command goes out now; if so, it is in state sending afterwards. */
    public Turn decide(Turn turn) {
        StoredCommand command = turn.command();
        if (command == null) {
            return turn;
        }
        return switch (command.state()) {
            case ACCEPTED, QUEUED -> decideQueued(turn);
            case SENDING -> {
                if (isOver(command)) {
                    interrupted(command);
                }
                yield turn;
            }
            default -> turn;
        };
    }

    /** Nobody is at the call any more. */
    private boolean isOver(StoredCommand command) {
        Instant called = command.changedAt();
        return ended.called(called) || !clock.instant().isBefore(called.plus(callLease));
    }

    private void interrupted(StoredCommand command) {
        LOG.warn(
                "Command {} was being sent when the hub stopped; its outcome is unknown",
                command.id());
        limits.interrupted(command);
        outcome.unknown(command, command.attempts(), "interrupted");
    }

    private Turn decideQueued(Turn turn) {
        StoredCommand command = turn.command();
        Instant now = clock.instant();
        if (command.waitsFor() == Wait.RETRY && command.wakeAt().isAfter(now)) {
            return turn;
        }
        if (policy.isExpired(command, now)) {
            // An end needs no order; and one that waits for its turn would be due all the time.
            limits.pass(command);
            settle(command);
            outcome.expired(command);
            return turn;
        }
        if (hold.isOn()) {
            limits.pass(command);
            park(command, Wait.RESTORED, now.plus(CommandSchedule.LEASE));
            hold.wakeIfReleasedMeanwhile();
            return turn;
        }
        if (isBehindEarlier(command)) {
            park(command, Wait.EARLIER, now.plus(CommandSchedule.LEASE));
            if (store.hasEarlierStillOpen(command.id())) {
                return turn;
            }
        }
        Verdict verdict = policy.judge(command, now);
        if (!(verdict instanceof Verdict.Go || verdict instanceof Verdict.Substitute)) {
            limits.pass(command);
            settle(command);
        }
        return switch (verdict) {
            case Verdict.Reject reject -> {
                outcome.rejected(command, reject);
                yield turn;
            }
            case Verdict.Expire expire -> {
                outcome.expired(command, expire);
                yield turn;
            }
            case Verdict.Wait wait -> {
                park(command, Wait.RETRY, wait.until());
                yield turn;
            }
            case Verdict.Hold hold -> {
                store.holdForWindow(command.id(), hold.windowKey(), hold.until());
                wakeIfOpenedMeanwhile(command, hold, now);
                yield turn;
            }
            case Verdict.Substitute substitute -> begin(command.asFallback());
            case Verdict.Go go -> begin(command);
        };
    }

    private boolean isBehindEarlier(StoredCommand command) {
        return !command.command().isReceipt() && store.hasEarlierOpen(command.id());
    }

    /**
     * The customer may have written after the rule had looked and before the command was held, and then nobody else
     * would wake it. Whoever writes later finds it held: the router wakes after its own commit.
     */
    private void wakeIfOpenedMeanwhile(StoredCommand command, Verdict.Hold hold, Instant now) {
        if (!(policy.judge(command, now) instanceof Verdict.Hold)) {
            store.wakeHeld(List.of(hold.windowKey()));
        }
    }

    private Turn begin(StoredCommand command) {
        Turn turn = Turn.of(command);
        boolean suspended = suspensions.find(command.command().from()).isPresent();
        if (suspended && !suspensions.claimProbe(command.command().from())) {
            park(command, Wait.NUMBER, clock.instant().plus(CommandSchedule.LEASE));
            if (suspensions.find(command.command().from()).isEmpty()) {
                // Lifted between the question and the parking: nobody else would wake this one.
                schedule.wakeNumber(command.command().from());
            }
            return turn;
        }
        return entering.call(new Entering(turn, suspended));
    }

    /** A turn that nothing is against but the limits. */
    private record Entering(Turn turn, boolean probe) {}

    /**
     * Asks the limits and marks what may go, in one transaction for all that ask at the same time. Of two turns of one command
     * one goes on.
     */
    private List<Turn> enterAll(List<Entering> all) {
        Map<CommandId, Entering> each = new LinkedHashMap<>();
        all.forEach(entering -> each.putIfAbsent(entering.turn.command().id(), entering));
        List<StoredCommand> commands =
                each.values().stream()
                        .map(entering -> entering.turn.command())
                        // In the order in which others lock them
                        .sorted(Comparator.comparing(command -> command.id().value()))
                        .toList();
        Map<CommandId, Admission> admissions =
                store.together(
                        () -> {
                            commands.forEach(this::settle);
                            return mark(commands, limits.enter(commands));
                        });
        return all.stream()
                .map(
                        entering ->
                                entering == each.get(entering.turn.command().id())
                                        ? entered(entering, admissions)
                                        : entering.turn)
                .toList();
    }

    /** The commands with a permit are being sent from now on, the others wait for theirs. */
    private Map<CommandId, Admission> mark(
            List<StoredCommand> commands, Map<CommandId, Admission> admissions) {
        Map<CommandId, Boolean> going = new LinkedHashMap<>();
        for (StoredCommand command : commands) {
            switch (admissions.get(command.id())) {
                case Admission.Permit permit -> going.put(command.id(), command.fallback());
                case Admission.Queued queued ->
                        park(command, Wait.LIMIT, clock.instant().plus(CommandSchedule.LEASE));
                case Admission.Delayed delayed -> park(command, Wait.RETRY, delayed.until());
            }
        }
        Set<CommandId> mine = store.beginCalls(going, clock.instant().plus(callLease));
        var marked = new HashMap<>(admissions);
        for (CommandId id : going.keySet()) {
            if (!mine.contains(id)) {
                limits.giveBack((Admission.Permit) marked.remove(id));
            }
        }
        return marked;
    }

    private Turn entered(Entering entering, Map<CommandId, Admission> admissions) {
        StoredCommand command = entering.turn.command();
        return switch (admissions.get(command.id())) {
            case Admission.Permit permit -> entering.turn.cleared(permit, entering.probe);
            case Admission.Queued queued -> {
                limits.queued(command);
                yield entering.turn;
            }
            case null, default -> entering.turn;
        };
    }

    /** A new command's pointer may be faster than the note that it is queued. */
    private void settle(StoredCommand command) {
        if (command.state() == CommandState.ACCEPTED) {
            schedule.markQueued(command.id());
        }
    }

    private void park(StoredCommand command, Wait waitsFor, Instant wakeAt) {
        settle(command);
        store.park(command.id(), waitsFor, SendOutcome.notAfterEnd(command, wakeAt));
    }

    public boolean isClear(Turn turn) {
        return turn.clear();
    }

    /**
     * Calls Graph, unless writing things down has taken so long that the permit is no longer good. Throws nothing: whatever
     * goes wrong here, an answer that does not fit into memory included, Meta may have the message.
     */
    public Turn call(Turn turn) {
        boolean onTime = turn.permit().await(clock);
        Instant began = clock.instant();
        GraphResult result =
                onTime && !began.isAfter(turn.permit().notAfter())
                        ? send(turn.command())
                        : new GraphResult.NotSent("the time of its turn was missed");
        return turn.answered(began, clock.instant(), result);
    }

    private GraphResult send(StoredCommand command) {
        try {
            return graph.send(command.id(), command.command());
        } catch (RuntimeException | Error failure) {
            OutOfMemory.endIfCauseOf(failure);
            return new GraphResult.Unknown(
                    "the hub failed at the call: " + FailureSummary.of(failure));
        }
    }

    /** Writes down what the turn's call has ended with, together with what others end with at the same time. */
    public Turn record(Turn turn) {
        return together.call(turn);
    }

    /** In the order slots, pairs, commands, as at the beginning: so turns never wait for each other in a circle. */
    private List<Turn> recordAll(List<Turn> turns) {
        List<SendOutcome.Answered> answered =
                turns.stream()
                        .map(turn -> new SendOutcome.Answered(turn, outcome.knowsBetter(turn)))
                        .toList();
        store.together(
                () -> {
                    limits.left(turns.stream().map(SendTurn::left).toList());
                    outcome.record(answered);
                    return null;
                });
        turns.forEach(outcome::lift);
        Map<CommandId, StoredCommand> after =
                store.find(turns.stream().map(turn -> turn.command().id()).toList()).stream()
                        .collect(Collectors.toMap(StoredCommand::id, Function.identity()));
        return turns.stream().map(turn -> turn.recorded(after.get(turn.command().id()))).toList();
    }

    private static SendLimits.Left left(Turn turn) {
        return new SendLimits.Left(
                turn.command(), turn.permit(), turn.began(), turn.ended(), turn.result());
    }

    /** Writes down what calls have ended with that are over by now. */
    @Override
    public void close() {
        entering.close();
        together.close();
    }

    /** Tells the outcome, if there is one that has not been told. */
    public void publish(Turn turn) {
        if (turn.command() != null) {
            Optional.ofNullable(turn.after())
                    .or(() -> store.find(turn.command().id()))
                    .filter(command -> !command.announced())
                    .ifPresent(command -> events.publish(List.of(command)));
        }
    }
}
