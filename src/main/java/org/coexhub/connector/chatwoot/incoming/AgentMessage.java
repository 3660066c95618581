package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.chatwoot.client.ChatwootMapping;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A message that an agent wrote, read from a webhook or from the API, which write the same differently.
 *
 * @param conversation as Chatwoot shows it
 * @param template to be sent in its place, or null
 * @param phone of the contact written to; empty where it has none
 * @param identifier of the contact, as the hub set it; empty where it has none
 * @param sourceId what names the contact in the inbox; null where it is not told
 * @param answered WhatsApp's id of the message it answers, where Chatwoot knows it
 * @param answeredId Chatwoot's id of the message it answers; 0 for none
 * @param at when it was written; null where that cannot be read
 */
public record AgentMessage(
        long id,
        long conversation,
        long inbox,
        String content,
        List<Attachment> attachments,
        Template template,
        String agent,
        String phone,
        String identifier,
        String sourceId,
        String answered,
        long answeredId,
        Instant at) {

    private static final Set<String> FILES = Set.of("image", "audio", "video", "file");
    private static final int NAME = 128;

    /**
     * A file, a place or a contact.
     *
     * @param kind Chatwoot's, such as {@code image}
     * @param address of the file; empty for others
     * @param title of a place or a contact; null where there is none
     */
    record Attachment(
            String kind, String address, double latitude, double longitude, String title) {

        static Attachment of(JsonNode attachment) {
            return new Attachment(
                    attachment.path("file_type").asText(),
                    attachment.path("data_url").asText(""),
                    attachment.path("coordinates_lat").asDouble(),
                    attachment.path("coordinates_long").asDouble(),
                    attachment.path("fallback_title").asText(null));
        }

        boolean isFile() {
            return FILES.contains(kind) && !address.isEmpty();
        }
    }

    /** {@code values} by place ({@code "1"}, {@code "2"}) or by name; those of the body alone. */
    record Template(String name, String language, Map<String, String> values) {

        /** Null where the agent chose none. */
        static Template of(JsonNode params) {
            if (!params.path("name").isTextual()) {
                return null;
            }
            JsonNode given = params.path("processed_params");
            // Chatwoot writes those of the body, or all of them under headings.
            JsonNode body = given.path("body").isObject() ? given.path("body") : given;
            var values = new HashMap<String, String>();
            body.properties().stream()
                    .filter(value -> value.getValue().isValueNode())
                    .forEach(value -> values.put(value.getKey(), value.getValue().asText()));
            return new Template(
                    params.path("name").textValue(), params.path("language").asText("en"), values);
        }
    }

    /** Of the webhook {@code message_created}. */
    static AgentMessage ofWebhook(JsonNode webhook) {
        JsonNode conversation = webhook.path("conversation");
        return of(
                webhook,
                conversation.path("id").asLong(),
                webhook.path("inbox").path("id").asLong(conversation.path("inbox_id").asLong()),
                conversation);
    }

    /** Of a message in the API, in a conversation of the API. */
    static AgentMessage ofApi(JsonNode message, JsonNode conversation) {
        return of(
                message,
                conversation.path("id").asLong(),
                conversation.path("inbox_id").asLong(),
                conversation);
    }

    private static AgentMessage of(
            JsonNode message, long conversation, long inbox, JsonNode described) {
        JsonNode attributes = message.path("content_attributes");
        String name = message.path("sender").path("name").asText("");
        JsonNode contact = described.path("meta").path("sender");
        return new AgentMessage(
                message.path("id").asLong(),
                conversation,
                inbox,
                message.path("content").textValue(),
                message.path("attachments").valueStream().map(Attachment::of).toList(),
                Template.of(message.path("additional_attributes").path("template_params")),
                name.substring(0, Math.min(name.length(), NAME)),
                contact.path("phone_number").asText(""),
                contact.path("identifier").asText(""),
                described.path("contact_inbox").path("source_id").textValue(),
                attributes.path("in_reply_to_external_id").textValue(),
                attributes.path("in_reply_to").asLong(),
                time(message.path("created_at")));
    }

    /** Whether there are files in it, beside places and contacts. */
    boolean hasFiles() {
        return attachments.stream().anyMatch(Attachment::isFile);
    }

    /**
     * Whether a person wrote it in Chatwoot for the customer to read. Whatever the hub posts has a {@code source_id}, and
     * a mark besides.
     */
    static boolean isReply(JsonNode message) {
        JsonNode type = message.path("message_type");
        JsonNode attributes = message.path("content_attributes");
        return ("outgoing".equals(type.asText()) || type.isInt() && type.intValue() == 1)
                && !message.path("private").asBoolean()
                && message.path("source_id").asText("").isBlank()
                && "user".equals(message.path("sender").path("type").asText())
                && !attributes.has(ChatwootMapping.MARK)
                && !attributes.path(ChatwootMapping.ECHO).asBoolean()
                && !attributes.path("deleted").asBoolean();
    }

    /** Seconds in the API, and in webhooks a time as text. */
    static Instant time(JsonNode time) {
        if (time.isIntegralNumber()) {
            return Instant.ofEpochSecond(time.asLong());
        }
        try {
            return Instant.parse(time.asText());
        } catch (DateTimeParseException unreadable) {
            return null;
        }
    }
}
