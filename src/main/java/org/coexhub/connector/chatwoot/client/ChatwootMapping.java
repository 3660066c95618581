package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.CloudEvent;
import org.coexhub.event.EventData;
import org.coexhub.event.EventType;
import org.coexhub.event.MessageContent.MetaError;
import org.coexhub.event.MessageContent.Reaction;
import org.coexhub.event.Origin;
import org.coexhub.event.Wamid;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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
    public static Optional<Post> post(CloudEvent event) {
        return Optional.ofNullable(
                switch (event.data()) {
                    case EventData.MessageReceived m ->
                            written(event, m, MessageText.of(m.content()));
                    case EventData.MessageEchoed m ->
                            written(event, m, MessageText.of(m.content()));
                    case EventData.MessageEdited m ->
                            written(event, m, "[edited] " + orEmpty(MessageText.of(m.content())));
                    case EventData.MessageRevoked m ->
                            note(event, m, who(event) + " deleted a message.");
                    case EventData.MessageReacted m -> note(event, m, reaction(event, m));
                    case EventData.MessageSent sent -> sent(event, sent);
                    case EventData.CommandUndone undone when isNews(event, undone) ->
                            refused(event, undone);
                    default -> null;
                });
    }

    /** The id of the event that tells that a command failed, which is the key it has in Chatwoot's messages. */
    public static String failureOf(String command) {
        return "command:" + command + ":failed";
    }

    /** Whether the event is about a command that came from Chatwoot. */
    public static Optional<SourceMessage> origin(CloudEvent event) {
        return SOURCE.equals(event.command().sourceName())
                ? SourceMessage.of(orEmpty(event.command().correlation()))
                : Optional.empty();
    }

    private static Post written(CloudEvent event, EventData.Message message, String content) {
        boolean app = event.isFrom(Origin.APP);
        Map<String, Object> attributes = attributes(event, about(message));
        if (app) {
            attributes.put(ECHO, true);
        }
        return new Post(
                message.wamid().value(),
                app ? Post.Side.OUTGOING : Post.Side.INCOMING,
                event.groupId() == null || message.from() == null
                        ? content
                        : "+" + message.from() + ": " + orEmpty(content),
                attributes,
                time(event),
                false,
                message.content().mediaId());
    }

    private static Post note(CloudEvent event, EventData.Message message, String content) {
        return note(event, message.wamid().value(), content, about(message));
    }

    private static Post note(CloudEvent event, String key, String content, String about) {
        Map<String, Object> attributes = attributes(event, about);
        return new Post(key, Post.Side.NOTE, content, attributes, time(event), false, null);
    }

    private static Post sent(CloudEvent event, EventData.MessageSent sent) {
        if ("reaction".equals(sent.message().messageType())) {
            JsonNode reaction = sent.requested("reaction");
            return note(
                    event,
                    sent.wamid().value(),
                    "The hub reacted: " + reaction.path("emoji").asText(),
                    reaction.path("message_id").textValue());
        }
        EventData.Command command = event.command();
        String answered = sent.requested("context").path("message_id").textValue();
        Map<String, Object> attributes = attributes(event, answered);
        put(attributes, "hub_sender", command.sourceName());
        put(attributes, "hub_agent", command.agent());
        put(attributes, "hub_command", command.id());
        return new Post(
                sent.wamid().value(),
                Post.Side.OUTGOING,
                MessageText.ofSent(sent),
                attributes,
                time(event),
                !"agent".equals(command.source()),
                null);
    }

    /** A bot that falls silent because a person has the conversation is as it should be: no news to an agent. */
    private static boolean isNews(CloudEvent event, EventData.CommandUndone undone) {
        return !event.type().equals(EventType.COMMAND_UNRESOLVED.wireName())
                && !"person_has_conversation".equals(undone.reason());
    }

    private static Post refused(CloudEvent event, EventData.CommandUndone undone) {
        String who = event.command().sender();
        String text = undone.message().text();
        String content =
                "Not sent ("
                        + (who == null ? "system" : who)
                        + "): "
                        + reason(undone)
                        + (text == null ? "" : "\n> " + text.replace("\n", "\n> "));
        return note(event, event.id(), content, null);
    }

    /** Why a command came to nothing, in a line for an agent. */
    public static String reason(EventData.CommandUndone undone) {
        String reason = undone.reason() == null ? "failed" : undone.reason();
        String words =
                undone.detail() != null || undone.error() == null
                        ? undone.detail()
                        : undone.error().details();
        String known =
                switch (reason) {
                    case "window_closed" ->
                            "the customer has not written for 24 hours, only a template can be"
                                    + " sent";
                    case "opted_out" -> "the customer does not want such messages";
                    default -> orEmpty(words);
                };
        return known.isEmpty() ? reason : reason + ": " + known;
    }

    /** Why a message was not delivered, as Meta's status has it. */
    public static String error(EventData.MessageStatus status) {
        MetaError error = MetaError.first(status.errors());
        String code = error.code() == null ? "failed" : error.code().toString();
        return Stream.of(error.details(), error.title(), error.message())
                .filter(words -> words != null)
                .findFirst()
                .filter(words -> !words.isEmpty())
                .map(words -> code + ": " + words)
                .orElse(code);
    }

    private static String reaction(CloudEvent event, EventData.MessageReacted reacted) {
        Reaction reaction = reacted.content().reaction();
        return reaction != null && reaction.emoji() != null
                ? who(event) + " reacted: " + reaction.emoji()
                : who(event) + " took a reaction back.";
    }

    private static String who(CloudEvent event) {
        return event.isFrom(Origin.APP) ? "Someone in the WhatsApp Business App" : "The customer";
    }

    private static Map<String, Object> attributes(CloudEvent event, String answered) {
        var attributes = new LinkedHashMap<String, Object>();
        String source = event.command().source();
        attributes.put(MARK, source == null ? event.origin() : source);
        put(attributes, REPLY, answered);
        return attributes;
    }

    private static void put(Map<String, Object> attributes, String name, String value) {
        if (value != null) {
            attributes.put(name, value);
        }
    }

    private static String about(EventData.Message message) {
        return message.about().map(Wamid::value).orElse(null);
    }

    private static Instant time(CloudEvent event) {
        return Instant.parse(event.time());
    }

    private static String orEmpty(String text) {
        return text == null ? "" : text;
    }
}
