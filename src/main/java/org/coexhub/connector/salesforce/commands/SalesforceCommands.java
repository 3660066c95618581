package org.coexhub.connector.salesforce.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.coexhub.connector.salesforce.pubsub.SalesforceEventHeaders;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.intake.CommandGate;
import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.StepPatience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;

/** The steps of the route that takes platform events in as commands. */
public final class SalesforceCommands {

    private static final Logger LOG = LoggerFactory.getLogger(SalesforceCommands.class);

    private static final String NAMESPACE = "salesforce";

    /** Whose the keys of the commands are. */
    static final Caller CALLER = Caller.inside(NAMESPACE);

    private static final String REASON = "HubReason";
    private static final String KEY = "idempotencyKey";

    private static final String EVENT = "HubSalesforceSendEvent";
    private static final String REFUSED = "HubSalesforceRefused";
    private static final int REASON_LENGTH = 2000;

    private final SendEventMapping mapping;
    private final LoopGuard guard;
    private final CommandGate gate;
    private final Refusals refusals;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final ObjectMapper json = new ObjectMapper();

    SalesforceCommands(
            SendEventMapping mapping,
            LoopGuard guard,
            CommandGate gate,
            Refusals refusals,
            InstantSource clock,
            MeterRegistry meters) {
        this.mapping = mapping;
        this.guard = guard;
        this.gate = gate;
        this.refusals = refusals;
        this.clock = clock;
        this.meters = meters;
    }

    /** Leaves the command and its key; or the event as it came, with the reason why it makes none. */
    public void read(Exchange exchange) {
        Message message = exchange.getMessage();
        String id = message.getHeader(SalesforceEventHeaders.ID, String.class);
        boolean own = message.getHeader(SalesforceEventHeaders.OWN, false, Boolean.class);
        String fault = message.getHeader(SalesforceEventHeaders.FAULT, String.class);
        byte[] body = message.getBody(byte[].class);
        message.removeHeaders("*");
        message.setHeader(QueueNames.NAMESPACE, NAMESPACE);
        try {
            command(exchange, id, own, fault, body);
        } catch (SendEventRefusedException refused) {
            refuse(exchange, id, refused);
        } catch (RuntimeException failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.error("Salesforce event {}: {}", id, FailureSummary.of(failure));
            StepPatience.count(meters, "commands-salesforce");
            refuse(exchange, id, SendEventRefusedException.internalError());
        }
    }

    private void command(Exchange exchange, String id, boolean own, String fault, byte[] body) {
        if (fault != null) {
            throw SendEventRefusedException.malformed(fault);
        }
        Message message = exchange.getMessage();
        var event = SendEvent.of(id, tree(body));
        exchange.setProperty(EVENT, event);
        message.setHeader(KEY, event.key());
        guard.check(event, own);
        message.setBody(CommandJson.write(mapping.command(event)).getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Hands the command in and returns once it is durable. Not by the queue: who asked under the same reference for
     * something else is still known here, and is told.
     */
    public void accept(Exchange exchange) {
        if (isRefused(exchange)) {
            return;
        }
        Message message = exchange.getMessage();
        SendEvent event = exchange.getProperty(EVENT, SendEvent.class);
        try {
            gate.submit(message.getBody(byte[].class), event.key(), CALLER);
            count("accepted");
        } catch (CommandRefusedException refused) {
            refuse(exchange, event.id(), refusal(refused));
        }
    }

    private static SendEventRefusedException refusal(CommandRefusedException refused) {
        return refused.kind() == CommandRefusedException.Kind.CONFLICT
                ? SendEventRefusedException.conflict()
                : SendEventRefusedException.malformed(refused.getMessage());
    }

    private void refuse(Exchange exchange, String id, SendEventRefusedException refused) {
        exchange.setProperty(REFUSED, refused);
        String reason = "Salesforce event " + id + ": " + refused.getMessage();
        exchange.getMessage()
                .setHeader(
                        REASON,
                        reason.length() > REASON_LENGTH
                                ? reason.substring(0, REASON_LENGTH)
                                : reason);
        exchange.getMessage().setHeader(QueueNames.PARKED_AT, clock.millis());
        LOG.warn("A command from Salesforce goes to the dead letters. {}", reason);
        count(refused.mayBeTold() ? "refused" : "caused_by_hub");
    }

    public boolean isRefused(Exchange exchange) {
        return exchange.getProperty(REFUSED) != null;
    }

    /** Lets the record know, where the event names one. */
    public void tell(Exchange exchange) {
        SendEvent event = exchange.getProperty(EVENT, SendEvent.class);
        SendEventRefusedException refused =
                exchange.getProperty(REFUSED, SendEventRefusedException.class);
        if (event != null && event.recordId() != null && refused.mayBeTold()) {
            refusals.tell(event, refused);
        }
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException e) {
            throw SendEventRefusedException.malformed("the event is not JSON");
        }
    }

    private void count(String outcome) {
        meters.counter("hub_salesforce_events", "outcome", outcome).increment();
    }
}
