package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.connector.chatwoot.client.ChatwootSettings;
import org.coexhub.connector.chatwoot.client.ChatwootStore;
import org.coexhub.event.ConversationId;
import org.coexhub.event.PhoneNumberId;

import java.util.Optional;
import java.util.regex.Pattern;

/** Finds out whom an agent writes to, and with which number. */
public final class Recipients {

    private static final Pattern CONVERSATION = Pattern.compile("[0-9]{1,32}:.+");
    private static final Pattern BSUID = Pattern.compile("[A-Z]{2}\\.[A-Za-z0-9.]{1,140}");
    private static final Pattern DIGITS = Pattern.compile("\\+?[0-9]{5,20}");

    private final ChatwootSettings settings;
    private final ChatwootStore store;
    private final Customers customers;

    public Recipients(ChatwootSettings settings, ChatwootStore store, Customers customers) {
        this.settings = settings;
        this.store = store;
        this.customers = customers;
    }

    /** Knows who a conversation of the hub is with: {@code waId} and {@code bsuid}; of a group neither. */
    @FunctionalInterface
    public interface Customers {
        Optional<JsonNode> of(ConversationId conversation);
    }

    /** The hub's conversation, where the message belongs to one. */
    Optional<ConversationId> conversation(AgentMessage message) {
        return store.conversationIn(message.conversation())
                .or(
                        () ->
                                Optional.ofNullable(message.sourceId())
                                        .filter(id -> CONVERSATION.matcher(id).matches()))
                .map(ConversationId::new);
    }

    /**
     * Writes sender and recipient into the command.
     *
     * @return false where neither the hub nor Chatwoot knows whom the agent means
     */
    boolean address(AgentMessage message, ObjectNode command) {
        Optional<ConversationId> id = conversation(message);
        if (id.isPresent()) {
            return addressOf(id.get(), command);
        }
        Optional<PhoneNumberId> number = settings.numberOf(message.inbox());
        number.ifPresent(from -> command.put("from", from.value()));
        return number.isPresent()
                && (isTo(message.phone(), command) || isTo(message.identifier(), command));
    }

    private boolean addressOf(ConversationId id, ObjectNode command) {
        String number = id.value().substring(0, id.value().indexOf(':'));
        String key = id.value().substring(number.length() + 1);
        command.put("from", number);
        Optional<JsonNode> known = customers.of(id);
        JsonNode customer = known.orElse(MissingNode.getInstance());
        if (isTo(customer.path("waId").asText(""), command)
                || isTo(customer.path("bsuid").asText(""), command)
                || known.isEmpty() && isTo(key, command)) {
            return true;
        }
        command.put("recipient_type", "group").put("to", key);
        return true;
    }

    private static boolean isTo(String who, ObjectNode command) {
        if (DIGITS.matcher(who).matches()) {
            command.put("to", who.replace("+", ""));
        } else if (BSUID.matcher(who).matches()) {
            command.put("recipient", who);
        } else {
            return false;
        }
        return true;
    }
}
