package org.coexhub.connector.hubspot;

import org.coexhub.delivery.failure.DeliveryFailedException;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A batch of events as HubSpot's records: the messages to write, the changes to make, and what HubSpot did not take.
 */
final class HubSpotBatch {

    private final List<Message> messages;
    private final List<Change> changes;
    private final Map<Integer, DeliveryFailedException> refused = new TreeMap<>();

    /**
     * @param messages for the timelines, each message once
     * @param changes of messages that are on a timeline already, each message once
     */
    HubSpotBatch(List<Message> messages, List<Change> changes) {
        this.messages = messages;
        this.changes = changes;
    }

    /**
     * A message on a contact's timeline.
     *
     * @param places of the events it is made of, in the batch
     * @param id the same for every copy of the message, and unique in HubSpot
     * @param written by the person, who thereby is a customer
     * @param properties of the HubSpot object {@code communications}
     */
    record Message(
            List<Integer> places,
            String id,
            HubSpotCustomer person,
            boolean written,
            Map<String, String> properties) {}

    /**
     * @param places of the events it is made of, in the batch
     * @param properties that become different
     */
    record Change(List<Integer> places, String id, Map<String, String> properties) {}

    List<Message> messages() {
        return messages;
    }

    List<Change> changes() {
        return changes;
    }

    /** Trying again would not help these events. */
    void refuse(List<Integer> places, String reason) {
        places.forEach(place -> refused.put(place, DeliveryFailedException.lasting(reason, null)));
    }

    Map<Integer, DeliveryFailedException> refused() {
        return refused;
    }
}
