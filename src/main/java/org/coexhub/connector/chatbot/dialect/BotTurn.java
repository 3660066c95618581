package org.coexhub.connector.chatbot.dialect;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.ConversationId;
import org.coexhub.event.EventId;

import java.util.List;
import java.util.stream.Collectors;

/**
 * The question to a bot: one message of a customer, or several that came in quick succession.
 *
 * @param said oldest first; the last one is the event's own
 * @param event the CloudEvent of the last message, with the state of the conversation
 */
public record BotTurn(EventId id, ConversationId conversation, List<Said> said, JsonNode event) {

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

    JsonNode customer() {
        return event.path("data").path("conversation").path("customer");
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
     * @param data the event's data
     */
    public record Said(String id, String time, String payload, JsonNode data) {

        public static Said of(JsonNode event, String payload) {
            return new Said(
                    event.path("id").asText(),
                    event.path("time").asText(null),
                    payload,
                    event.path("data"));
        }

        String type() {
            return data.path("messageType").asText("unknown");
        }

        /** What the bot is told: its own payload, else the customer's words, else what it was in brackets. */
        public String words() {
            if (payload != null) {
                return payload;
            }
            JsonNode interactive = data.path("interactive");
            if (interactive.hasNonNull("response")) {
                return interactive.path("response").asText();
            }
            if (data.path("text").isTextual()) {
                return data.path("text").textValue();
            }
            JsonNode location = data.path("location");
            if (location.isObject()) {
                return "[location "
                        + location.path("latitude").asText()
                        + ","
                        + location.path("longitude").asText()
                        + "]";
            }
            return "[" + type() + "]";
        }

        JsonNode media() {
            return data.path("media");
        }
    }
}
