package org.coexhub.outbound.command.queue;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandAnswer;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.platform.broker.QueueNames;

import java.time.InstantSource;

/** The steps of the route that takes commands from the queue other programs write to. */
public final class CommandQueueIntake {

    /** Why a command went to the dead letters. */
    public static final String REASON = "HubReason";

    private static final String GROUP = "JMSXGroupID";
    static final String KEY = "idempotencyKey";
    private static final int REASON_LENGTH = 2000;

    private static final String INTERNAL_ERROR =
            "internal_error: the hub failed at it; its log says why. Hand it in again by a replay";

    private static final String KEPT = "HubCommandKept";
    private static final String ACCEPTED = "HubCommandAccepted";

    /** The command as it came, from before the first step. */
    private record Kept(Caller caller, String key, CommandBody body) {}

    private final CommandIntake intake;
    private final CommandSchedule schedule;
    private final InstantSource clock;

    public CommandQueueIntake(CommandIntake intake, CommandSchedule schedule, InstantSource clock) {
        this.intake = intake;
        this.schedule = schedule;
        this.clock = clock;
    }

    /**
     * Accepts the command and leaves its pointer as body; or leaves the command as it is, with the reason why not. The
     * caller's headers go, apart from the key: a sender's group or delay must not decide about ours.
     */
    public void accept(Exchange exchange) {
        Message message = exchange.getMessage();
        Kept kept = keep(exchange);
        CommandBody body = kept.body;
        JmsAnswers.keepQuestion(exchange);
        message.removeHeaders("*");
        try {
            CommandIntake.limit(body.size());
            Acceptance acceptance = intake.accept(body.bytes(), kept.key, kept.caller);
            JmsAnswers.keepAnswer(exchange, acceptance);
            exchange.setProperty(ACCEPTED, true);
            if (acceptance.needsPointer() && !schedule.queueBehindOpen(acceptance.id())) {
                schedule.markQueued(acceptance.id());
                message.setHeader(GROUP, acceptance.group());
                message.setBody(acceptance.pointer().body());
            } else {
                message.setBody(null);
            }
        } catch (CommandRefusedException refused) {
            JmsAnswers.keepAnswer(exchange, CommandAnswer.of(refused));
            deadLetter(message, kept, refused.getMessage());
        }
    }

    /**
     * Leaves what the route has given up as a dead letter; nothing where the command is accepted, whose pointer the hub
     * puts again by itself.
     */
    public void park(Exchange exchange) {
        Message message = exchange.getMessage();
        Kept kept = exchange.getProperty(KEPT, Kept.class);
        if (kept == null) {
            kept = keep(exchange);
        }
        message.removeHeaders("*");
        if (exchange.getProperty(ACCEPTED, false, Boolean.class)) {
            message.setBody(null);
            return;
        }
        JmsAnswers.keepAnswer(exchange, CommandAnswer.problem(500, "Failed", INTERNAL_ERROR));
        deadLetter(message, kept, INTERNAL_ERROR);
    }

    private Kept keep(Exchange exchange) {
        Message message = exchange.getMessage();
        var kept =
                new Kept(
                        QueueCallers.of(exchange),
                        message.getHeader(KEY, String.class),
                        CommandBody.of(message));
        exchange.setProperty(KEPT, kept);
        return kept;
    }

    /** With its caller's namespace, for a replay comes by the queue that says it. */
    private void deadLetter(Message message, Kept kept, String reason) {
        String whole = reason + kept.body.cutNote();
        message.setHeader(
                REASON, whole.length() > REASON_LENGTH ? whole.substring(0, REASON_LENGTH) : whole);
        message.setHeader(QueueNames.PARKED_AT, clock.millis());
        message.setHeader(QueueNames.NAMESPACE, kept.caller.namespace());
        if (kept.key != null) {
            message.setHeader(KEY, IdempotencyKey.forHeader(kept.key));
        }
        message.setBody(kept.body.bytes());
    }

    public boolean isRefused(Exchange exchange) {
        return exchange.getMessage().getHeader(REASON) != null;
    }

    public boolean isPointer(Exchange exchange) {
        return exchange.getMessage().getHeader(GROUP) != null;
    }
}
