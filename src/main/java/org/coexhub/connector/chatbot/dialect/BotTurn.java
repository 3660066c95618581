package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.CloudEvent;
import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;
import org.coexhub.event.MessageContent;
import org.coexhub.event.MessageContent.Location;

import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * The question to a bot: one message of a customer, or several that came in quick succession.
 *
 * @param said oldest first; the last one is the event's own
 * @param event of the last message, with the state of the conversation
 */
public record BotTurn(EventId id, ConversationId conversation, List<Said> said, CloudEvent event) {

    public BotTurn {
        said = List.copyOf(said);
    }

    public Said last() {
        return said.getLast();
    }

    /** All that was said, as one text. */
    public String words() {
        return said.stream()
                .map(Said::words)
                .filter(words -> !words.isBlank())
                .collect(Collectors.joining("\n"));
    }

    /** As the event tells it, for the bot to read. */
    JsonNode customer() {
        return event.conversation().path("customer");
    }

    /** As the customers call themselves: what the company wrote into its address book is not for their ears. */
    String customerName() {
        JsonNode customer = customer();
        return customer.path(customer.has("profileName") ? "profileName" : "name").asText("");
    }

    /**
     * One message of the customer.
     *
     * @param payload what the bot itself put behind the button, row or number that the customer took; null when the
     *     customer wrote
     */
    public record Said(CloudEvent event, String payload) {

        String type() {
            return event.content().messageType();
        }

        /** What the bot is told: its own payload, else the customer's words, else what it was in brackets. */
        public String words() {
            MessageContent content = event.content();
            Location place = content.location();
            if (payload != null) {
                return payload;
            } else if (content.interactive() != null && content.interactive().response() != null) {
                return content.interactive().response();
            } else if (content.text() != null) {
                return content.text();
            }
            return place == null
                    ? "[" + type() + "]"
                    : "[location "
                            + Objects.toString(place.latitude(), "")
                            + ","
                            + Objects.toString(place.longitude(), "")
                            + "]";
        }

        /** Of the event's data, for the bot to read; a missing node where there is none. */
        JsonNode part(String name) {
            return event.json().path("data").path(name);
        }
    }
}
