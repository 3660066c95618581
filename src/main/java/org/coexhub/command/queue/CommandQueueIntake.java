package org.coexhub.command.queue;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.coexhub.command.Acceptance;
import org.coexhub.command.CommandIntake;
import org.coexhub.command.CommandRefused;
import org.coexhub.command.CommandSchedule;

/** The steps of the route that takes commands from the queue other programs write to. */
public final class CommandQueueIntake {

    /** Why a command went to the dead letters. */
    public static final String REASON = "HubReason";

    private static final String GROUP = "JMSXGroupID";
    private static final String KEY = "idempotencyKey";
    private static final int REASON_LENGTH = 2000;

    private final CommandIntake intake;
    private final CommandSchedule schedule;

    public CommandQueueIntake(CommandIntake intake, CommandSchedule schedule) {
        this.intake = intake;
        this.schedule = schedule;
    }

    /**
     * Accepts the command and leaves its pointer as body; or leaves the command as it is, with the reason why not. The
     * caller's headers go, apart from the key: a sender's group or delay must not decide about ours.
     */
    public void accept(Exchange exchange) {
        Message message = exchange.getMessage();
        String key = message.getHeader(KEY, String.class);
        byte[] json = message.getBody(byte[].class);
        JmsAnswers.keepQuestion(exchange);
        message.removeHeaders("*");
        try {
            Acceptance acceptance = intake.accept(json == null ? new byte[0] : json, key, "jms");
            JmsAnswers.keepAnswer(exchange, acceptance);
            if (acceptance.needsPointer()) {
                schedule.markQueued(acceptance.id());
                message.setHeader(GROUP, acceptance.group());
                message.setBody(acceptance.pointer().body());
            } else {
                message.setBody(null);
            }
        } catch (CommandRefused refused) {
            JmsAnswers.keepAnswer(exchange, refused);
            String reason = refused.getMessage();
            message.setHeader(
                    REASON,
                    reason.length() > REASON_LENGTH ? reason.substring(0, REASON_LENGTH) : reason);
            if (key != null) {
                message.setHeader(KEY, key);
            }
            message.setBody(json);
        }
    }

    public boolean isRefused(Exchange exchange) {
        return exchange.getMessage().getHeader(REASON) != null;
    }

    public boolean isPointer(Exchange exchange) {
        return exchange.getMessage().getHeader(GROUP) != null;
    }
}
