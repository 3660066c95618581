package org.coexhub.connector.salesforce.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.coexhub.connector.salesforce.pubsub.SalesforceEventHeaders;
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

    static final String NAMESPACE = "salesforce";

    private static final String REASON = "HubReason";
    private static final String KEY = "idempotencyKey";

    /** One for the channel: its events are taken in by one hub node, in order. */
    private static final String GROUP = "JMSXGroupID";

    private static final String EVENT = "HubSalesforceSendEvent";
    private static final String REFUSED = "HubSalesforceRefused";
    private static final int REASON_LENGTH = 2000;

    private final SendEventMapping mapping;
    private final LoopGuard guard;
    private final Refusals refusals;
    private final InstantSource clock;
    private final MeterRegistry meters;
    private final ObjectMapper json = new ObjectMapper();

    SalesforceCommands(
            SendEventMapping mapping,
            LoopGuard guard,
            Refusals refusals,
            InstantSource clock,
            MeterRegistry meters) {
        this.clock = clock;
        this.mapping = mapping;
        this.guard = guard;
        this.refusals = refusals;
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
            count("accepted");
        } catch (SendEventRefused refused) {
            refuse(exchange, id, refused);
        } catch (RuntimeException failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.error("Salesforce event {}: {}", id, FailureSummary.of(failure));
            StepPatience.count(meters, "commands-salesforce");
            refuse(exchange, id, SendEventRefused.internalError());
        }
    }

    private void command(Exchange exchange, String id, boolean own, String fault, byte[] body) {
        if (fault != null) {
            throw SendEventRefused.malformed(fault);
        }
        Message message = exchange.getMessage();
        var event = SendEvent.of(id, tree(body));
        exchange.setProperty(EVENT, event);
        message.setHeader(KEY, event.key());
        guard.check(event, own);
        message.setBody(CommandJson.write(mapping.command(event)).getBytes(StandardCharsets.UTF_8));
        message.setHeader(GROUP, "salesforce");
    }

    private void refuse(Exchange exchange, String id, SendEventRefused refused) {
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
        SendEventRefused refused = exchange.getProperty(REFUSED, SendEventRefused.class);
        if (event != null && event.recordId() != null && refused.mayBeTold()) {
            refusals.tell(event, refused);
        }
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException e) {
            throw SendEventRefused.malformed("the event is not JSON");
        }
    }

    private void count(String outcome) {
        meters.counter("hub_salesforce_events", "outcome", outcome).increment();
    }
}
