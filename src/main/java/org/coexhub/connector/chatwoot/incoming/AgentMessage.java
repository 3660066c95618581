package org.coexhub.connector.chatwoot.incoming;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.connector.chatwoot.client.ChatwootMapping;

import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Set;

/**
 * A message that an agent wrote, read from a webhook or from the API, which write the same differently.
 *
 * @param conversation as Chatwoot shows it
 * @param contact the contact written to
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
        JsonNode attachments,
        JsonNode template,
        String agent,
        JsonNode contact,
        String sourceId,
        String answered,
        long answeredId,
        Instant at) {

    private static final Set<String> FILES = Set.of("image", "audio", "video", "file");
    private static final int NAME = 128;

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
        return new AgentMessage(
                message.path("id").asLong(),
                conversation,
                inbox,
                message.path("content").textValue(),
                message.path("attachments"),
                message.path("additional_attributes").path("template_params"),
                name.substring(0, Math.min(name.length(), NAME)),
                described.path("meta").path("sender"),
                described.path("contact_inbox").path("source_id").textValue(),
                attributes.path("in_reply_to_external_id").textValue(),
                attributes.path("in_reply_to").asLong(),
                time(message.path("created_at")));
    }

    /** Whether there are files in it, beside places and contacts. */
    boolean hasFiles() {
        for (JsonNode attachment : attachments) {
            if (isFile(attachment)) {
                return true;
            }
        }
        return false;
    }

    static boolean isFile(JsonNode attachment) {
        return FILES.contains(attachment.path("file_type").asText())
                && !attachment.path("data_url").asText("").isEmpty();
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
