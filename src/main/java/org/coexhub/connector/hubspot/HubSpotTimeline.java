package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import io.micrometer.core.instrument.MeterRegistry;

import org.apache.camel.Body;
import org.coexhub.connector.hubspot.HubSpotBatch.Change;
import org.coexhub.connector.hubspot.HubSpotBatch.Message;
import org.coexhub.connector.hubspot.HubSpotContacts.Found;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.failure.PartialDeliveryException;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes messages onto timelines. Nothing is there twice, whatever is repeated, for no step depends on knowing whether
 * it was done before:
 *
 * <ul>
 *   <li>contacts and messages are upserts by a unique property, which HubSpot itself keeps unique;
 *   <li>an association that exists is made again without effect;
 *   <li>a change sets values, and is made to messages that are there only.
 * </ul>
 *
 * So a batch whose answer got lost, or that a crash interrupted, is simply written again from the beginning. A search
 * for what may have been written would not do: HubSpot's index learns of new records seconds later.
 */
@Component("hubSpotTimeline")
class HubSpotTimeline {

    private static final String OBJECTS = "/crm/v3/objects/communications/batch/";
    private static final String ASSOCIATE =
            "/crm/v4/associations/communications/contacts/batch/associate/default";

    private final HubSpotClient hubSpot;
    private final HubSpotContacts contacts;
    private final MeterRegistry meters;
    private final JsonNodeFactory json = JsonNodeFactory.instance;

    HubSpotTimeline(HubSpotClient hubSpot, HubSpotContacts contacts, MeterRegistry meters) {
        this.hubSpot = hubSpot;
        this.contacts = contacts;
        this.meters = meters;
    }

    /** A step of the route. Messages with people who are no contacts, and are to become none, are left out. */
    public void messages(@Body HubSpotBatch batch) throws IOException {
        if (batch.messages().isEmpty()) {
            return;
        }
        Found found = contacts.of(batch.messages());
        List<Message> shown =
                batch.messages().stream()
                        .filter(message -> found.ids().containsKey(message.person().id()))
                        .toList();
        for (Message message : batch.messages()) {
            String person = message.person().id();
            if (found.refused().containsKey(person)) {
                batch.refuse(message.places(), "contact not taken: " + found.refused().get(person));
            } else if (!found.ids().containsKey(person)) {
                meters.counter("hub_hubspot_messages_left_out").increment();
            }
        }
        if (!shown.isEmpty()) {
            Map<String, String> written = write(shown, batch);
            associate(shown, written, found);
        }
    }

    /** A step of the route: what became of messages. Of messages that are on no timeline nothing is told. */
    public void changes(@Body HubSpotBatch batch) throws IOException {
        if (batch.changes().isEmpty()) {
            return;
        }
        ObjectNode request = json.objectNode();
        ArrayNode inputs = request.putArray("inputs");
        for (Change change : batch.changes()) {
            input(inputs, change.id(), change.properties());
        }
        Map<String, String> refused =
                BatchErrors.butMissing(hubSpot.post(OBJECTS + "update", request));
        for (Change change : batch.changes()) {
            if (refused.containsKey(change.id())) {
                batch.refuse(change.places(), "change not taken: " + refused.get(change.id()));
            }
        }
    }

    /**
     * The last step of the route.
     *
     * @throws PartialDeliveryException HubSpot did not take all; it names those events
     */
    public void report(@Body HubSpotBatch batch) {
        if (!batch.refused().isEmpty()) {
            throw new PartialDeliveryException(batch.refused());
        }
    }

    /** HubSpot's ids by message id, without those it refused. */
    private Map<String, String> write(List<Message> messages, HubSpotBatch batch)
            throws IOException {
        ObjectNode request = json.objectNode();
        ArrayNode inputs = request.putArray("inputs");
        messages.forEach(message -> input(inputs, message.id(), message.properties()));
        var answer = hubSpot.post(OBJECTS + "upsert", request);
        var written = new LinkedHashMap<String, String>();
        for (JsonNode result : answer.body().path("results")) {
            String id = result.path("properties").path(HubSpotMapping.MESSAGE_ID).asText();
            written.put(id, result.path("id").asText());
        }
        Map<String, String> errors = BatchErrors.of(answer);
        for (Message message : messages) {
            if (!written.containsKey(message.id())) {
                String category = errors.getOrDefault(message.id(), "not among the results");
                batch.refuse(message.places(), "message not taken: " + category);
            }
        }
        return written;
    }

    private static void input(ArrayNode inputs, String id, Map<String, String> properties) {
        ObjectNode input = inputs.addObject();
        input.put("id", id)
                .put("idProperty", HubSpotMapping.MESSAGE_ID)
                // With a trace id of its own for each record HubSpot takes what is right and names
                // the rest.
                .put("objectWriteTraceId", id);
        ObjectNode values = input.putObject("properties");
        properties.forEach(values::put);
    }

    private void associate(List<Message> messages, Map<String, String> written, Found found)
            throws IOException {
        ObjectNode request = json.objectNode();
        ArrayNode inputs = request.putArray("inputs");
        for (Message message : messages) {
            if (written.containsKey(message.id())) {
                ObjectNode pair = inputs.addObject();
                pair.putObject("from").put("id", written.get(message.id()));
                pair.putObject("to").put("id", found.ids().get(message.person().id()));
            }
        }
        if (inputs.isEmpty()) {
            return;
        }
        Map<String, String> refused = BatchErrors.of(hubSpot.post(ASSOCIATE, request));
        if (!refused.isEmpty()) {
            contacts.forget(found.ids().keySet());
            String reason = "messages not put onto their contacts: " + refused.values();
            throw found.remembered()
                    ? DeliveryFailedException.passing(
                            "contacts are gone; looked for anew", null, null)
                    : DeliveryFailedException.lasting(reason, null);
        }
    }
}
