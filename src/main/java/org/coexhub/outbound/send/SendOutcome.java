package org.coexhub.outbound.send;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandOptions.OnUnknown;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.SendRule.Verdict;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.outbound.graph.GraphResult;
import org.coexhub.outbound.graph.GraphResult.Accepted;
import org.coexhub.outbound.graph.GraphResult.NotSent;
import org.coexhub.outbound.graph.GraphResult.Refused;
import org.coexhub.outbound.graph.GraphResult.Unknown;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Turns what is known after a turn into the command's next state. */
final class SendOutcome {

    private static final Logger LOG = LoggerFactory.getLogger(SendOutcome.class);

    /** Why a command ends that the hub itself could not handle. */
    static final String INTERNAL_ERROR = "internal_error";

    private final CommandStore store;
    private final CommandSchedule schedule;
    private final NumberSuspensions suspensions;
    private final ErrorTable errors;
    private final ClosedWindows windows;
    private final SendSettings settings;
    private final InstantSource clock;
    private final MeterRegistry meters;

    SendOutcome(
            CommandStore store,
            CommandSchedule schedule,
            NumberSuspensions suspensions,
            ErrorTable errors,
            ClosedWindows windows,
            SendSettings settings,
            InstantSource clock,
            MeterRegistry meters) {
        this.store = store;
        this.schedule = schedule;
        this.suspensions = suspensions;
        this.errors = errors;
        this.windows = windows;
        this.settings = settings;
        this.clock = clock;
        this.meters = meters;
    }

    void rejected(StoredCommand command, Verdict.Reject verdict) {
        if (command.resent()) {
            endAsUnknown(command, verdict.reason());
        } else if (store.transition(
                command.id(),
                CommandState.QUEUED,
                CommandState.REJECTED,
                TransitionDetails.refused(verdict.reason(), null, verdict.detail()))) {
            count("rejected");
        }
    }

    void expired(StoredCommand command) {
        expired(command, new Verdict.Expire("expired"));
    }

    void expired(StoredCommand command, Verdict.Expire verdict) {
        if (command.resent()) {
            endAsUnknown(command, verdict.reason());
        } else if (store.transition(
                command.id(),
                CommandState.QUEUED,
                CommandState.EXPIRED,
                TransitionDetails.because(verdict.reason()))) {
            count("expired");
        }
    }

    /** It was sent once, nobody knows with what outcome, and is not sent again: so nobody may say that it was not sent. */
    private void endAsUnknown(StoredCommand command, String whyNotAgain) {
        TransitionDetails change =
                TransitionDetails.refused(CommandState.OUTCOME_UNKNOWN, null, whyNotAgain);
        if (store.transition(command.id(), CommandState.QUEUED, CommandState.FAILED, change)) {
            count("failed");
        }
    }

    /**
     * Never sent again by itself, unless the caller asked for exactly one more; decided when no status has come.
     *
     * @param attempt whose outcome is unknown
     */
    void unknown(StoredCommand command, int attempt, String reason) {
        boolean again =
                command.command().options().onUnknown() == OnUnknown.RESEND_ONCE
                        && !command.resent();
        Duration patience = again ? settings.resendAfter() : settings.resolveWithin();
        TransitionDetails change =
                TransitionDetails.because(reason)
                        .wakingAt(Wait.RETRY, clock.instant().plus(patience));
        if (store.endAttempt(command.id(), attempt, CommandState.UNRESOLVED, change)) {
            count("unresolved");
        }
    }

    /** Which of the command's calls to Graph the turn's was; its command is as it was before. */
    private static int attemptOf(StoredCommand command) {
        return command.attempts() + 1;
    }

    /**
     * The turn failed for a reason of the hub's own. Before the call to Graph that is the end of the command; from then on
     * the message may be on its way, so nobody knows.
     *
     * @return false when the command is in no state that this could change
     */
    boolean internalError(CommandId id) {
        TransitionDetails failed = TransitionDetails.because(INTERNAL_ERROR);
        for (CommandState before : List.of(CommandState.ACCEPTED, CommandState.QUEUED)) {
            if (store.transition(id, before, CommandState.FAILED, failed)) {
                count("failed");
                return true;
            }
        }
        Instant look = clock.instant().plus(settings.resolveWithin());
        TransitionDetails unknown = failed.wakingAt(Wait.RETRY, look);
        if (store.transition(id, CommandState.SENDING, CommandState.UNRESOLVED, unknown)) {
            count("unresolved");
            return true;
        }
        return false;
    }

    /**
     * Whether Meta has refused for a window that the hub took for open, and the hub knows better now. To be asked before
     * {@link #record} and outside its transaction: conversations are not locked while limits and commands are.
     */
    boolean knowsBetter(Turn turn) {
        return turn.result() instanceof Refused refused
                && errors.find(refused).action() == ErrorTable.Action.FAIL_TEMPLATE
                && !turn.command().command().isTemplate()
                && windows.note(turn.command().command(), turn.began());
    }

    /** A turn whose call is over, and whether the rules are to be asked again, as {@link #knowsBetter} said. */
    record Answered(Turn turn, boolean knowsBetter) {}

    /** In one transaction; what Meta has taken costs a few statements, however much it is. */
    void record(List<Answered> all) {
        var sent = new ArrayList<CommandStore.Sent>();
        for (Answered answered : all) {
            CommandId id = answered.turn.command().id();
            if (answered.turn.result() instanceof Accepted accepted) {
                sent.add(
                        new CommandStore.Sent(
                                id, accepted.wamid(), accepted.waId(), accepted.userId()));
            }
        }
        store.recordSent(sent);
        sent.forEach(each -> count("sent"));
        for (Answered answered : all) {
            recordNotSent(answered.turn, answered.knowsBetter);
        }
    }

    private void recordNotSent(Turn turn, boolean knowsBetter) {
        StoredCommand command = turn.command();
        switch (turn.result()) {
            case Accepted accepted -> {}
            case Unknown unknown -> {
                LOG.warn("Command {}: outcome unknown: {}", command.id(), unknown.cause());
                unknown(command, attemptOf(command), CommandState.OUTCOME_UNKNOWN);
            }
            case NotSent notSent -> {
                LOG.warn("Command {}: Graph cannot be reached: {}", command.id(), notSent.cause());
                retry(
                        command,
                        ErrorTable.UNREACHABLE,
                        TransitionDetails.because(ErrorTable.UNREACHABLE.name()),
                        null);
            }
            case Refused refused -> refused(turn, refused, knowsBetter);
        }
    }

    private void refused(Turn turn, Refused refused, boolean knowsBetter) {
        StoredCommand command = turn.command();
        ErrorTable.Row error = errors.find(refused);
        LOG.info(
                "Command {}: Meta answered {} ({}), HTTP {}, trace {}",
                command.id(),
                refused.code(),
                error.name(),
                refused.httpStatus(),
                refused.traceId());
        TransitionDetails change =
                TransitionDetails.refused(error.name(), refused.code(), refused.details());
        switch (error.action()) {
            case UNKNOWN -> unknown(command, attemptOf(command), error.name());
            case RETRY -> retry(command, error, change, refused.retryAfter());
            case FAIL_TEMPLATE -> windowClosed(command, change, knowsBetter);
            case FAIL, FAIL_RECIPIENT -> fail(command, change);
            case STOP_NUMBER -> {
                if (isRefusedForItself(command, error, refused)) {
                    fail(command, change);
                    return;
                }
                suspend(command, error, refused.code());
                Instant look = clock.instant().plus(CommandSchedule.LEASE);
                requeue(command, change.wakingAt(Wait.NUMBER, notAfterEnd(command, look)));
            }
            case STOP_NUMBER_FAIL -> {
                suspend(command, error, refused.code());
                fail(command, change);
            }
        }
    }

    /**
     * Whether the number sends and only this command is refused: for the second time so, and Meta took another of the number
     * in between. A token is none of the command's.
     */
    private boolean isRefusedForItself(
            StoredCommand command, ErrorTable.Row error, Refused refused) {
        return command.calledAt() != null
                && Objects.equals(command.errorCode(), refused.code())
                && !error.name().equals(ErrorTable.TOKEN_INVALID)
                && store.hasTakenSince(command.command().from(), command.calledAt());
    }

    /** Meta counts the window itself. What the command wants for this case is a matter of the rule, once that knows of it. */
    private void windowClosed(
            StoredCommand command, TransitionDetails change, boolean knowsBetter) {
        if (knowsBetter) {
            requeue(command, change.wakingAt(Wait.RETRY, clock.instant()));
        } else if (command.fallback() || command.command().options().fallbackTemplate() == null) {
            fail(command, change);
        } else {
            requeue(command, change.wakingAt(Wait.RETRY, clock.instant()).asFallback());
        }
    }

    private void retry(
            StoredCommand command, ErrorTable.Row error, TransitionDetails change, Duration asked) {
        Instant now = clock.instant();
        if (now.isAfter(triedSince(command).plus(settings.giveUpAfter()))) {
            fail(command, change);
            return;
        }
        Duration wait = error.wait(attemptOf(command));
        Instant next = now.plus(asked != null && asked.compareTo(wait) > 0 ? asked : wait);
        requeue(command, change.wakingAt(Wait.RETRY, notAfterEnd(command, next)));
    }

    /**
     * The first of the tries that have followed each other for passing reasons. What a command waited for before (its time,
     * its number, a customer's window) is no trouble in sending it.
     */
    private Instant triedSince(StoredCommand command) {
        Instant since = null;
        for (Transition step : store.transitions(command.id())) {
            if (step.state() == CommandState.SENDING && since == null) {
                since = step.at();
            } else if (step.state() != CommandState.SENDING && !errors.isPassing(step.reason())) {
                since = null;
            }
        }
        return since == null ? clock.instant() : since;
    }

    /** A command that would be too late by then is looked at when it becomes so. */
    static Instant notAfterEnd(StoredCommand command, Instant wakeAt) {
        Instant end = command.command().options().expiresAt();
        return end != null && end.isBefore(wakeAt) ? end : wakeAt;
    }

    private void requeue(StoredCommand command, TransitionDetails change) {
        if (store.endAttempt(command.id(), attemptOf(command), CommandState.QUEUED, change)) {
            count("retry");
        }
    }

    private void fail(StoredCommand command, TransitionDetails change) {
        if (store.endAttempt(command.id(), attemptOf(command), CommandState.FAILED, change)) {
            count("failed");
        }
    }

    private void suspend(StoredCommand command, ErrorTable.Row error, int code) {
        Instant probe = suspensions.suspend(command.command().from(), error, code);
        LOG.info(
                "Number {} was refused: {} ({}); next probe at {}",
                command.command().from(),
                error.name(),
                code,
                probe);
    }

    /**
     * Lifts the suspension of a number whose probe got through. After the outcome is committed, and in steps of its own:
     * a command that is parked meanwhile looks whether the suspension is still there.
     */
    void lift(Turn turn) {
        if (turn.probe() && letsSend(turn.result())) {
            suspensions.lift(turn.command().command().from());
            schedule.wakeNumber(turn.command().command().from());
            LOG.info("Number {} sends again", turn.command().command().from());
        }
    }

    private boolean letsSend(GraphResult result) {
        return switch (result) {
            case Accepted accepted -> true;
            case Unknown unknown -> false;
            case NotSent notSent -> false;
            case Refused refused ->
                    switch (errors.find(refused).action()) {
                        case RETRY, FAIL, FAIL_TEMPLATE, FAIL_RECIPIENT -> true;
                        case UNKNOWN, STOP_NUMBER, STOP_NUMBER_FAIL -> false;
                    };
        };
    }

    private void count(String outcome) {
        meters.counter("hub.send", "outcome", outcome).increment();
    }
}
