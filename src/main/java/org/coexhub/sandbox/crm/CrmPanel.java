package org.coexhub.sandbox.crm;

import java.time.Instant;
import java.util.List;

/** One simulated CRM on the page: its people, their messages, and an agent who can write to them. */
public interface CrmPanel {

    /** Short name in addresses, such as {@code salesforce}. */
    String id();

    View view();

    /**
     * Does what an agent does in this CRM to write to somebody.
     *
     * @throws IllegalArgumentException if nobody has this id, or cannot be written to
     */
    void write(String person, String text);

    /** Called after every change of what is shown. */
    void onChange(Runnable listener);

    /**
     * @param name of the CRM
     * @param summary a few words on calls and limits
     * @param how what writing to somebody does, in the CRM's own words
     * @param messages oldest first
     * @param notes for the people of the business, newest first
     */
    record View(
            String name,
            String summary,
            String how,
            List<Person> people,
            List<Message> messages,
            List<Note> notes) {}

    /**
     * @param kind in the CRM's own words: contact, lead
     * @param address phone number or WhatsApp id, by which the page finds the customer
     * @param known whether the hub has recognised the customer in this record
     */
    record Person(String id, String kind, String name, String address, boolean known) {}

    /** Whose message it is. */
    enum Side {
        CUSTOMER,
        APP,
        HUB
    }

    /**
     * @param person id of the person in the CRM, or null if the CRM does not know whose it is
     * @param address as of a person
     * @param problem why it failed, or null
     */
    record Message(
            String id,
            String person,
            String address,
            Side side,
            String text,
            String status,
            String problem,
            Instant at) {}

    record Note(String id, String title, String text) {}
}
