package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Maps events to what is shown in Chatwoot. A customer's words stand on the customer's side; what was typed in the App,
 * and what the hub sent for bots and others, on the business's. Chatwoot can neither edit a message by its API nor take
 * one back without losing it, so those become further messages.
 */
public final class ChatwootMapping {

    /** Source name of the commands that agents' replies become. */
    public static final String SOURCE = "chatwoot";

    /** A mark of everything the hub writes, beside {@code source_id}. */
    public static final String MARK = "hub_source";

    /** Chatwoot's own mark of what was written in the App; its pages show such messages as "Native app". */
    public static final String ECHO = "external_echo";

    private static final String REPLY = "in_reply_to_external_id";

    private ChatwootMapping() {}

    /** Empty for events that are no message to be seen. */
    public static Optional<Post> post(JsonNode event) {
        JsonNode data = event.path("data");
        return switch (event.path("type").asText()) {
            case "whatsapp.message.received", "whatsapp.message.echoed" ->
                    Optional.of(
                            written(
                                    event,
                                    said(data, MessageText.of(data)),
                                    wamid(data, "context")));
            case "whatsapp.message.edited" ->
                    Optional.of(
                            written(
                                    event,
                                    said(data, "[edited] " + orEmpty(MessageText.of(data))),
                                    wamid(data, "edit")));
            case "whatsapp.message.revoked" ->
                    Optional.of(
                            note(event, who(event) + " deleted a message.", wamid(data, "revoke")));
            case "whatsapp.message.reacted" ->
                    Optional.of(
                            note(
                                    event,
                                    reaction(event, data.path("reaction")),
                                    wamid(data, "reaction")));
            case "whatsapp.message.sent" -> Optional.of(sent(event));
            case "whatsapp.command.rejected", "whatsapp.command.failed" -> refused(event);
            default -> Optional.empty();
        };
    }

    /** Whether the event is about a command that came from Chatwoot. */
    public static Optional<SourceMessage> origin(JsonNode event) {
        JsonNode command = event.path("data").path("command");
        return SOURCE.equals(command.path("sourceName").asText())
                ? SourceMessage.of(command.path("correlation").asText())
                : Optional.empty();
    }

    private static Post written(JsonNode event, String content, String answered) {
        boolean app = "app".equals(event.path("origin").asText());
        Map<String, Object> attributes = attributes(event, answered);
        if (app) {
            attributes.put(ECHO, true);
        }
        return new Post(
                event.path("data").path("wamid").asText(),
                app ? Post.Side.OUTGOING : Post.Side.INCOMING,
                content,
                attributes,
                time(event),
                false,
                event.path("data").path("media").path("id").textValue());
    }

    private static Post note(JsonNode event, String content, String about) {
        return new Post(
                event.path("data").path("wamid").asText(event.path("id").asText()),
                Post.Side.NOTE,
                content,
                attributes(event, about),
                time(event),
                false,
                null);
    }

    private static Post sent(JsonNode event) {
        JsonNode data = event.path("data");
        if ("reaction".equals(data.path("messageType").asText())) {
            JsonNode reaction = data.path("request").path("reaction");
            return note(
                    event,
                    "The hub reacted: " + reaction.path("emoji").asText(),
                    reaction.path("message_id").textValue());
        }
        JsonNode command = data.path("command");
        String answered = data.path("request").path("context").path("message_id").textValue();
        Map<String, Object> attributes = attributes(event, answered);
        put(attributes, "hub_sender", command.path("sourceName").textValue());
        put(attributes, "hub_agent", command.path("agent").textValue());
        put(attributes, "hub_command", command.path("id").textValue());
        return new Post(
                data.path("wamid").asText(),
                Post.Side.OUTGOING,
                MessageText.ofSent(data),
                attributes,
                time(event),
                !"agent".equals(command.path("source").asText()),
                null);
    }

    /** A bot that falls silent because a person has the conversation is as it should be: no news to an agent. */
    private static Optional<Post> refused(JsonNode event) {
        JsonNode data = event.path("data");
        JsonNode command = data.path("command");
        if ("person_has_conversation".equals(data.path("reason").asText())) {
            return Optional.empty();
        }
        String who = command.path("sourceName").asText(command.path("source").asText("system"));
        String text = data.path("text").textValue();
        String content =
                "Not sent ("
                        + who
                        + "): "
                        + reason(data)
                        + (text == null ? "" : "\n> " + text.replace("\n", "\n> "));
        return Optional.of(
                new Post(
                        event.path("id").asText(),
                        Post.Side.NOTE,
                        content,
                        attributes(event, null),
                        time(event),
                        false,
                        null));
    }

    /** Why a command came to nothing, in a line for an agent. */
    public static String reason(JsonNode data) {
        String reason = data.path("reason").asText("failed");
        String words = data.path("detail").asText(data.path("error").path("details").asText(""));
        String known =
                switch (reason) {
                    case "window_closed" ->
                            "the customer has not written for 24 hours, only a template can be"
                                    + " sent";
                    case "opted_out" -> "the customer does not want such messages";
                    default -> words;
                };
        return known.isEmpty() ? reason : reason + ": " + known;
    }

    /** Why a message was not delivered, as Meta's status has it. */
    public static String error(JsonNode data) {
        JsonNode error = data.path("errors").path(0);
        String words =
                error.path("details")
                        .asText(error.path("title").asText(error.path("message").asText("")));
        return error.path("code").asText("failed") + (words.isEmpty() ? "" : ": " + words);
    }

    private static String said(JsonNode data, String content) {
        if (!data.path("groupId").isTextual() || !data.path("from").isTextual()) {
            return content;
        }
        return "+" + data.path("from").textValue() + ": " + orEmpty(content);
    }

    private static String reaction(JsonNode event, JsonNode reaction) {
        return reaction.path("emoji").isTextual()
                ? who(event) + " reacted: " + reaction.path("emoji").textValue()
                : who(event) + " took a reaction back.";
    }

    private static String who(JsonNode event) {
        return "app".equals(event.path("origin").asText())
                ? "Someone in the WhatsApp Business App"
                : "The customer";
    }

    private static Map<String, Object> attributes(JsonNode event, String answered) {
        var attributes = new LinkedHashMap<String, Object>();
        String source = event.path("data").path("command").path("source").textValue();
        attributes.put(MARK, source == null ? event.path("origin").asText() : source);
        put(attributes, REPLY, answered);
        return attributes;
    }

    private static void put(Map<String, Object> attributes, String name, String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }

    private static String wamid(JsonNode data, String of) {
        return data.path(of).path("wamid").textValue();
    }

    private static Instant time(JsonNode event) {
        return Instant.parse(event.path("time").asText());
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
