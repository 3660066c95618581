package org.coexhub.connector.salesforce.map;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The record of one message while the events of a batch are merged into it. */
public final class MessageDraft {

    private final String key;
    private final List<Integer> places = new ArrayList<>();
    private final Map<MessageValue, String> values = new EnumMap<>(MessageValue.class);
    private Customer customer;
    private boolean askedNow;

    MessageDraft(String key) {
        this.key = key;
    }

    /** Wamid, or {@code command:<id>} for a command that never became a message. */
    public String key() {
        return key;
    }

    /** Places in the batch of the events that are merged here. */
    public List<Integer> places() {
        return places;
    }

    public Map<MessageValue, String> values() {
        return values;
    }

    /** Null where the events name nobody. */
    public Customer customer() {
        return customer;
    }

    /** The last one counts; nothing is known by null. */
    public MessageDraft put(MessageValue value, String text) {
        if (text != null) {
            values.put(value, text);
        }
        return this;
    }

    /** A status never goes back. */
    public MessageDraft status(String status) {
        if (status != null) {
            values.merge(MessageValue.STATUS, status, MessageStatus::further);
        }
        return this;
    }

    /** Whether who the customer is was asked of Salesforce just now. */
    public boolean askedNow() {
        return askedNow;
    }

    public void askedNow(boolean now) {
        askedNow = now;
    }

    /** The customer turns out to have a number. */
    void join(Customer whole) {
        customer = whole.and(customer);
        put(MessageValue.PHONE, customer.phone());
    }

    void add(int place, Customer named) {
        places.add(place);
        if (named != null) {
            customer = customer == null ? named : customer.and(named);
        }
    }
}
