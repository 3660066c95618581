package org.coexhub.outbound.command;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.PhoneNumberId;

import java.util.List;

/**
 * One message to send, in valid form.
 *
 * @param from the business number that sends
 * @param recipient null for read receipts and typing indicators, which only name the message they answer
 * @param messageType Meta's type name; {@code read} or {@code typing} for receipts
 * @param options what the caller wants of the hub
 * @param message Meta's send JSON without the hub's own members; never changed
 */
public record SendCommand(
        PhoneNumberId from,
        Recipient recipient,
        String messageType,
        CommandOptions options,
        ObjectNode message) {

    public static final String FROM = "from";
    public static final String HUB = "hub";
    public static final String TEMPLATE = "template";

    /** Message types whose content sits in a member of the same name. */
    public static final List<String> TYPES =
            List.of(
                    "text",
                    "image",
                    "video",
                    "audio",
                    "document",
                    "sticker",
                    "location",
                    "contacts",
                    "reaction",
                    "interactive",
                    TEMPLATE);

    /** @param document a command that {@code CommandForm} found no fault in */
    public static SendCommand of(ObjectNode document) {
        ObjectNode message = document.deepCopy();
        message.remove(List.of(FROM, HUB));
        var from = new PhoneNumberId(document.get(FROM).textValue());
        CommandOptions options = CommandOptions.of(document.path(HUB));
        if (isReceipt(document)) {
            String kind = document.has("typing_indicator") ? "typing" : "read";
            return new SendCommand(from, null, kind, options, message);
        }
        String type = typeOf(document);
        message.put("type", type);
        var recipient =
                new Recipient(
                        message.path("to").textValue(),
                        message.path("recipient").textValue(),
                        "group".equals(message.path("recipient_type").textValue()));
        return new SendCommand(from, recipient, type, options, message);
    }

    public static boolean isReceipt(JsonNode document) {
        return document.has("status") && !document.has("type");
    }

    /** The type, or the one kind of content there is when the caller left the type out; null when that is not clear. */
    public static String typeOf(JsonNode document) {
        if (document.has("type")) {
            return document.get("type").textValue();
        }
        List<String> contents = TYPES.stream().filter(document::has).toList();
        return contents.size() == 1 ? contents.getFirst() : null;
    }

    /**
     * The fallback template in place of the message, to the same recipient. Nothing else of the message goes with it: a
     * template answers no earlier message.
     *
     * @throws IllegalStateException the command has none
     */
    public SendCommand asFallback() {
        if (options.fallbackTemplate() == null) {
            throw new IllegalStateException("the command has no fallback template");
        }
        ObjectNode template = message.objectNode();
        for (String address : List.of("to", "recipient", "recipient_type")) {
            if (message.has(address)) {
                template.set(address, message.get(address));
            }
        }
        template.put("type", TEMPLATE);
        template.set(TEMPLATE, options.fallbackTemplate());
        return new SendCommand(from, recipient, TEMPLATE, options, template);
    }

    public boolean isTemplate() {
        return TEMPLATE.equals(messageType);
    }

    public boolean isReceipt() {
        return recipient == null;
    }

    /** Type-specific part of the message; missing where it has none. */
    public JsonNode content() {
        return message.path(messageType);
    }

    /** The words a reader sees first, body or caption; null where there are none. */
    public String text() {
        JsonNode text =
                switch (messageType) {
                    case "text" -> content().path("body");
                    case "interactive" -> content().path("body").path("text");
                    default -> content().path("caption");
                };
        return text.textValue();
    }

    /** Pointers of one group are worked off one after the other: one recipient's messages keep their order. */
    public String group() {
        String key = isReceipt() ? message.path("message_id").asText() : recipient.key();
        return group(from, key);
    }

    /** The group of a command that has this recipient. */
    public static String group(PhoneNumberId from, String recipient) {
        return from.value() + ":" + recipient;
    }
}
