package org.coexhub.connector.salesforce;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.Body;
import org.coexhub.connector.salesforce.client.SalesforceClient;
import org.coexhub.connector.salesforce.client.SalesforceFault;
import org.coexhub.connector.salesforce.map.FieldMap;
import org.coexhub.connector.salesforce.map.MessageBatch;
import org.coexhub.connector.salesforce.map.MessageDraft;
import org.coexhub.connector.salesforce.map.MessageValue;
import org.coexhub.connector.salesforce.map.SendResult;
import org.coexhub.connector.salesforce.people.People;
import org.coexhub.connector.salesforce.people.Person;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.failure.PartialDeliveryException;
import org.springframework.stereotype.Component;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Steps of the route {@code destination-salesforce}: the records of a batch get their people, are upserted in one call, and what
 * became of each is told to the destination.
 *
 * <p><b>Nothing missing, nothing doubled.</b> A record is found again by its wamid, so a batch whose answer got lost is
 * written again over itself. A record that Salesforce refuses for good leaves alone; one that meets a lock stays in hand
 * with nothing of the queue passing it. Within a call Salesforce takes the records in their order.
 */
@Component("salesforceMessages")
public class SalesforceMessages {

    private final SalesforceClient client;
    private final SalesforceMapping mapping;
    private final People people;

    SalesforceMessages(SalesforceClient client, SalesforceMapping mapping, People people) {
        this.client = client;
        this.mapping = mapping;
        this.people = people;
    }

    /** Before anybody is looked for: a new number does not make a new person. */
    public void followIdentities(@Body MessageBatch batch) {
        people.follow(batch.moves());
    }

    /** Who the customers are; unknown ones are created by policy. */
    public void findPeople(@Body MessageBatch batch) {
        link(batch, people, mapping, true);
    }

    static void link(
            MessageBatch batch, People people, SalesforceMapping mapping, boolean mayCreate) {
        if (batch.customers().isEmpty()) {
            return;
        }
        Map<String, Person> found = people.find(batch.customers(), mapping.check(), mayCreate);
        for (MessageDraft draft : batch.drafts()) {
            Person person = draft.customer() == null ? null : found.get(draft.customer().key());
            if (person == null) {
                continue;
            }
            switch (person.kind()) {
                case CONTACT ->
                        draft.put(MessageValue.CONTACT, person.recordId())
                                .put(MessageValue.ACCOUNT, person.accountId());
                case LEAD -> draft.put(MessageValue.LEAD, person.recordId());
                case SEVERAL, NOBODY -> {
                    // The message is written without; people put it right.
                }
            }
            draft.askedNow(person.askedNow());
        }
    }

    /** One call for the whole batch. */
    public void upsert(@Body MessageBatch batch) {
        List<MessageDraft> drafts = List.copyOf(batch.drafts());
        if (drafts.isEmpty()) {
            return;
        }
        FieldMap<MessageValue> map = mapping.file().message();
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("allOrNone", false);
        ArrayNode records = request.putArray("records");
        Map<String, Integer> lengths = mapping.check().lengths();
        for (MessageDraft draft : drafts) {
            records.add(map.record(draft.values(), lengths).put(map.key(), draft.key()));
        }
        JsonNode answers =
                client.patch(
                        "upsert-messages",
                        "/composite/sobjects/" + map.object() + "/" + map.key(),
                        request);
        requireAnswerToEach(answers, drafts.size());
        var gone = new ArrayList<String>();
        for (int i = 0; i < drafts.size(); i++) {
            if (!answers.path(i).path("success").asBoolean()) {
                JsonNode error = answers.path(i).path("errors").path(0);
                refused(batch, drafts.get(i), SalesforceFault.of(null, error), gone);
            }
        }
        if (!gone.isEmpty()) {
            people.forget(gone);
        }
    }

    /** A person that the store remembers and the org no longer has is asked for anew, once. */
    static void refused(
            MessageBatch batch, MessageDraft draft, SalesforceFault fault, List<String> gone) {
        boolean remembered = draft.customer() != null && !draft.askedNow();
        if (fault.staleReference() && remembered) {
            gone.add(draft.customer().key());
            batch.failed(
                    draft.places(), DeliveryFailedException.passing(fault.toString(), null, null));
        } else {
            batch.failed(draft.places(), fault.verdict());
        }
    }

    /** Tells Flows of commands that were not sent; a call only where there are some. */
    public void tell(@Body MessageBatch batch) {
        List<SendResult> results =
                batch.results().stream()
                        .filter(result -> !batch.failures().containsKey(result.place()))
                        .toList();
        if (results.isEmpty()) {
            return;
        }
        ObjectNode request = JsonNodeFactory.instance.objectNode().put("allOrNone", false);
        ArrayNode records = request.putArray("records");
        results.forEach(
                result -> records.add(mapping.file().result().record(result.values(), Map.of())));
        JsonNode answers = client.post("publish-results", "/composite/sobjects", request);
        requireAnswerToEach(answers, results.size());
        for (int i = 0; i < results.size(); i++) {
            JsonNode answer = answers.path(i);
            if (!answer.path("success").asBoolean()) {
                batch.failed(
                        List.of(results.get(i).place()),
                        SalesforceFault.of(null, answer.path("errors").path(0)).verdict());
            }
        }
    }

    private static void requireAnswerToEach(JsonNode answers, int records) {
        if (answers.size() != records) {
            throw DeliveryFailedException.passing(
                    "Salesforce: an answer of another length than the question", null, null);
        }
    }

    /** Last step. */
    public void settle(@Body MessageBatch batch) {
        if (!batch.failures().isEmpty()) {
            throw new PartialDeliveryException(new HashMap<>(batch.failures()));
        }
    }
}
