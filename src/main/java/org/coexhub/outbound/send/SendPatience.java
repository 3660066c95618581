package org.coexhub.outbound.send;

import org.apache.camel.Exchange;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.send.limit.SendLimits;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.StepPatience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.util.Optional;

/**
 * Decides how often the send route repeats a failed step, never the call to Graph; and ends a turn that goes on
 * failing.
 */
public final class SendPatience {

    private static final Logger LOG = LoggerFactory.getLogger(SendPatience.class);

    private final StepPatience patience;
    private final SendTurn turn;
    private final SendOutcome outcome;
    private final SendLimits limits;

    SendPatience(StepPatience patience, SendTurn turn, SendOutcome outcome, SendLimits limits) {
        this.patience = patience;
        this.turn = turn;
        this.outcome = outcome;
        this.limits = limits;
    }

    /** Whether the step that failed is to be tried again. */
    public boolean goesOn(Exchange exchange) {
        if (exchange.getMessage().getBody() instanceof Turn at && at.mayBeCalling()) {
            patience.spend(exchange);
            return false;
        }
        return patience.goesOn(exchange);
    }

    /**
     * Ends the command's turn and tells it, so that the next one can begin. Where even that cannot be written down the
     * pointer goes all the same, and the command is looked at again when its lease is over.
     */
    public void giveUp(Exchange exchange) throws Exception {
        patience.giveUp(exchange);
        Object body = exchange.getMessage().getBody();
        Optional<CommandId> id =
                switch (body) {
                    case byte[] pointer -> Pointer.commandIn(pointer);
                    case Turn at -> Optional.ofNullable(at.command()).map(StoredCommand::id);
                    case null, default -> Optional.empty();
                };
        try {
            boolean ended = id.filter(outcome::internalError).isPresent();
            if (ended && body instanceof Turn at) {
                if (!at.clear()) {
                    limits.pass(at.command());
                }
                turn.publish(at);
            }
        } catch (RuntimeException again) {
            if (PassingFailure.isCauseOf(again)) {
                throw again;
            }
            LOG.error("The end of a turn cannot be noted: {}", FailureSummary.of(again));
        }
        LOG.error("Command {}: its turn is given up", id.map(CommandId::value).orElse("unknown"));
    }
}
