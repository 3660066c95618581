package org.coexhub.connector.salesforce.commands;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.connector.salesforce.pubsub.GivenUpEvents;
import org.coexhub.outbound.command.queue.CommandLetters;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.StepPatience;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;

/**
 * Parks events that the hub itself failed at among the dead letters of commands, once the record that asked has been told.
 * Told first: an event that is told twice is told once, by its id, and a letter is not.
 */
final class GivenUpSendEvents implements GivenUpEvents {

    private static final Logger LOG = LoggerFactory.getLogger(GivenUpSendEvents.class);

    private final Refusals refusals;
    private final boolean acceptOwn;
    private final CommandLetters letters;
    private final MeterRegistry meters;
    private final ObjectMapper json = new ObjectMapper();

    GivenUpSendEvents(
            Refusals refusals, boolean acceptOwn, CommandLetters letters, MeterRegistry meters) {
        this.refusals = refusals;
        this.acceptOwn = acceptOwn;
        this.letters = letters;
        this.meters = meters;
    }

    @Override
    public void park(String id, boolean own, String fault, byte[] body) {
        SendEvent event = fault == null ? read(id, body) : null;
        SendEventRefusedException internal = SendEventRefusedException.internalError();
        if (event != null && event.recordId() != null && (acceptOwn || !own)) {
            tell(id, event, internal);
        }
        letters.park(
                body,
                event == null ? null : event.key(),
                "Salesforce event " + id + ": internal_error, " + internal.getMessage());
        StepPatience.count(meters, "commands-salesforce");
    }

    /** What cannot be told must not keep the event from being parked. */
    private void tell(String id, SendEvent event, SendEventRefusedException internal) {
        try {
            refusals.tell(event, internal);
        } catch (RuntimeException failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.error(
                    "Salesforce event {} is given up, which cannot be told: {}",
                    id,
                    FailureSummary.of(failure));
        }
    }

    private SendEvent read(String id, byte[] body) {
        try {
            JsonNode fields = json.readTree(body);
            return SendEvent.of(id, fields);
        } catch (IOException notJson) {
            return null;
        }
    }
}
