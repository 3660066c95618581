package org.coexhub.connector.chatwoot.outgoing;

import com.fasterxml.jackson.databind.JsonNode;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.connector.chatwoot.client.ChatwootClient;
import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.connector.chatwoot.client.ChatwootStore.Room;
import org.coexhub.connector.chatwoot.client.ChatwootUnavailableException;
import org.coexhub.event.CloudEvent;
import org.coexhub.event.CustomerIdentity;

import java.io.IOException;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Finds the conversation in Chatwoot that an event belongs to, or opens one.
 *
 * <p>Everything is looked for before it is made, so whatever a lost answer left is found by the next attempt: a contact
 * by its identifier, which Chatwoot keeps unique, or by its phone number; a conversation among those of the contact. The
 * events of one conversation come one after another, so nobody else makes the same meanwhile.
 */
public final class ChatwootConversations {

    private static final String RESOLVED = "resolved";

    private final ChatwootSettings settings;
    private final ChatwootClient client;
    private final ChatwootStore store;

    public ChatwootConversations(
            ChatwootSettings settings, ChatwootClient client, ChatwootStore store) {
        this.settings = settings;
        this.client = client;
        this.store = store;
    }

    /** Who the agents talk with: a customer, or a group. */
    private record Contact(String identifier, String phone, String name) {

        static Contact of(CloudEvent event) {
            if (event.groupId() != null) {
                return new Contact(event.groupId(), null, "WhatsApp group " + event.groupId());
            }
            String waId = first(event, CustomerIdentity::waId);
            String bsuid = first(event, CustomerIdentity::bsuid);
            String name = first(event, CustomerIdentity::name);
            String username = first(event, CustomerIdentity::username);
            String phone = waId == null ? null : "+" + waId;
            String shown = name != null ? name : username != null ? "@" + username : phone;
            String identifier = bsuid != null ? bsuid : waId;
            return identifier == null
                    ? null
                    : new Contact(identifier, phone, shown == null ? identifier : shown);
        }

        private static String first(CloudEvent event, Function<CustomerIdentity, String> part) {
            return Stream.of(event.customer(), event.known())
                    .filter(Objects::nonNull)
                    .map(part)
                    .filter(Objects::nonNull)
                    .findFirst()
                    .orElse(null);
        }
    }

    /**
     * @param fromCustomer a customer wrote, which may open a new conversation after a resolved one
     * @return empty where the event does not say whom it is about
     */
    Optional<Room> of(CloudEvent event, long inbox, boolean fromCustomer)
            throws IOException, HttpOperationFailedException {
        String conversation = event.subject();
        Optional<Room> known = store.room(conversation);
        if (known.isPresent() && (settings.reopen() || !fromCustomer || isOpen(known.get()))) {
            return known;
        }
        Contact contact = Contact.of(event);
        if (contact == null) {
            return Optional.empty();
        }
        Room room = found(contact, inbox, conversation);
        store.link(conversation, room);
        return Optional.of(room);
    }

    /** @throws ChatwootUnavailableException account or inbox is not there, which every event would meet */
    private Room found(Contact contact, long inbox, String conversation)
            throws IOException, HttpOperationFailedException {
        try {
            long id = contact(contact, inbox, conversation);
            Room room = existing(id, inbox, conversation);
            return room != null
                    ? room
                    : new Room(client.addConversation(inbox, id, conversation), inbox, 0);
        } catch (HttpOperationFailedException refused) {
            if (refused.getStatusCode() != 404) {
                throw refused;
            }
            throw new ChatwootUnavailableException(
                    "HTTP 404: HUB_CHATWOOT_ACCOUNT_ID or HUB_CHATWOOT_INBOXES names what is not"
                            + " there, or not for the hub's agent");
        }
    }

    private boolean isOpen(Room room) throws IOException, HttpOperationFailedException {
        try {
            return !RESOLVED.equals(client.conversation(room.id()).path("status").asText());
        } catch (HttpOperationFailedException refused) {
            if (refused.getStatusCode() == 404) {
                return false;
            }
            throw refused;
        }
    }

    private long contact(Contact contact, long inbox, String sourceId)
            throws IOException, HttpOperationFailedException {
        Long known = find(contact);
        if (known != null) {
            return known;
        }
        try {
            return client.addContact(
                    inbox, sourceId, contact.identifier(), contact.phone(), contact.name());
        } catch (HttpOperationFailedException refused) {
            // Another conversation of the same customer may have made it at this moment.
            Long made = refused.getStatusCode() == 422 ? find(contact) : null;
            if (made == null) {
                throw refused;
            }
            return made;
        }
    }

    private Long find(Contact contact) throws IOException, HttpOperationFailedException {
        Long found = find(contact.identifier(), "identifier", contact.identifier());
        if (found == null && contact.phone() != null) {
            found = find(contact.phone().substring(1), "phone_number", contact.phone());
        }
        return found;
    }

    /** Chatwoot looks for parts of words, in every field; only the whole of the right one counts. */
    private Long find(String text, String field, String value)
            throws IOException, HttpOperationFailedException {
        for (JsonNode contact : client.contacts(text)) {
            if (value.equals(contact.path(field).textValue())) {
                return contact.path("id").asLong();
            }
        }
        return null;
    }

    private Room existing(long contact, long inbox, String conversation)
            throws IOException, HttpOperationFailedException {
        for (JsonNode one : client.conversationsOf(contact)) {
            long id = one.path("id").asLong();
            boolean usable =
                    one.path("inbox_id").asLong() == inbox
                            && (settings.reopen() || !RESOLVED.equals(one.path("status").asText()))
                            && store.conversationIn(id).map(conversation::equals).orElse(true);
            if (usable) {
                return new Room(id, inbox, one.path("messages").path(0).path("id").asLong());
            }
        }
        return null;
    }
}
