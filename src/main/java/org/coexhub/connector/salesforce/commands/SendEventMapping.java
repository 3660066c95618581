package org.coexhub.connector.salesforce.commands;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.IntNode;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.SenderCheck;
import org.coexhub.outbound.command.Violation;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.validation.CommandJson;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Turns a {@code WhatsApp_Send__e} into a command. Says what is wrong in the words of the event: its field names, not the
 * pointers of a JSON that nobody in the org has seen.
 */
final class SendEventMapping {

    private static final Set<String> MEDIA =
            Set.of("image", "video", "audio", "document", "sticker");
    private static final Pattern BSUID = Pattern.compile("[A-Z]{2}\\.[A-Za-z0-9.]{1,140}");

    private final String number;
    private final SenderCheck senders;
    private final ObjectMapper json = new ObjectMapper();

    /** @param number that sends where the event names none; may be empty */
    SendEventMapping(String number, SenderCheck senders) {
        this.number = number;
        this.senders = senders;
    }

    /** @throws SendEventRefusedException it makes no command */
    ObjectNode command(SendEvent event) {
        String kind = kind(event);
        ObjectNode command = json.createObjectNode();
        String from = event.number() == null ? number : event.number();
        if (!from.isEmpty()) {
            command.put("from", from);
        }
        if (event.to() != null) {
            command.put(BSUID.matcher(event.to()).matches() ? "recipient" : "to", event.to());
        }
        command.put("type", kind);
        content(event, kind, command);
        ObjectNode hub = command.putObject("hub");
        hub.put("source", "crm");
        hub.put("sourceName", "salesforce");
        hub.put("correlation", event.correlation());
        if (event.hops() != null) {
            hub.set("hops", whole(event.hops()));
        }
        if (event.template() != null && !kind.equals("template")) {
            hub.set("fallbackTemplate", template(event));
        }
        check(event, command);
        return command;
    }

    /** Numbers of Salesforce have a point even where they have no decimals. */
    private static JsonNode whole(JsonNode number) {
        boolean whole = number.isDouble() && number.canConvertToInt() && number.asDouble() % 1 == 0;
        return whole ? IntNode.valueOf(number.intValue()) : number;
    }

    private static String kind(SendEvent event) {
        if (event.kind() != null) {
            return event.kind().toLowerCase(Locale.ROOT);
        }
        if (event.text() != null && event.mediaUrl() == null) {
            return "text";
        }
        if (event.template() != null) {
            return "template";
        }
        throw SendEventRefusedException.malformed(
                "Kind__c: is required, such as text, template, image or document");
    }

    private void content(SendEvent event, String kind, ObjectNode command) {
        if (kind.equals("text")) {
            putIfGiven(command.putObject(kind), "body", event.text());
        } else if (kind.equals("template")) {
            command.set(kind, template(event));
        } else if (MEDIA.contains(kind)) {
            ObjectNode media = command.putObject(kind);
            putIfGiven(media, "link", event.mediaUrl());
            putIfGiven(media, "caption", event.text());
            if (kind.equals("document")) {
                putIfGiven(media, "filename", fileName(event.mediaUrl()));
            }
        } else {
            JsonNode content = params(event);
            if (content == null || content.isEmpty()) {
                throw SendEventRefusedException.malformed(
                        "Params__c: is required for Kind__c "
                                + kind
                                + ": what Meta's message has in its member "
                                + kind
                                + ", as JSON");
            }
            command.set(kind, content);
        }
    }

    private ObjectNode template(SendEvent event) {
        ObjectNode template = json.createObjectNode();
        putIfGiven(template, "name", event.template());
        if (event.language() != null) {
            template.putObject("language").put("code", event.language());
        }
        JsonNode params = params(event);
        if (params != null && params.path("components").isArray()) {
            template.set("components", params.get("components"));
            return template;
        }
        ArrayNode components = json.createArrayNode();
        if (event.mediaUrl() != null && "template".equalsIgnoreCase(event.kind())) {
            String type = mediaType(event.mediaUrl());
            ObjectNode header = components.addObject().put("type", "header");
            ObjectNode parameter = header.putArray("parameters").addObject().put("type", type);
            parameter.putObject(type).put("link", event.mediaUrl());
        }
        if (params != null && !params.isEmpty()) {
            ArrayNode parameters =
                    components.addObject().put("type", "body").putArray("parameters");
            if (params.isArray()) {
                params.forEach(value -> parameters.add(parameter(value)));
            } else {
                params.properties()
                        .forEach(
                                named ->
                                        parameters.add(
                                                parameter(named.getValue())
                                                        .put("parameter_name", named.getKey())));
            }
        }
        if (!components.isEmpty()) {
            template.set("components", components);
        }
        return template;
    }

    /** Plain values are text; an object is a parameter in Meta's form. */
    private ObjectNode parameter(JsonNode value) {
        return value instanceof ObjectNode own
                ? own.deepCopy()
                : json.createObjectNode().put("type", "text").put("text", value.asText());
    }

    /** Null when there are none. */
    private JsonNode params(SendEvent event) {
        if (event.params() == null) {
            return null;
        }
        try {
            JsonNode params = json.readTree(event.params());
            if (params.isContainerNode()) {
                return params;
            }
        } catch (JsonProcessingException unreadable) {
            // Told below.
        }
        throw SendEventRefusedException.malformed(
                "Params__c: must be a JSON array such as [\"Ada\", \"12:30\"] or a JSON object such"
                        + " as {\"name\": \"Ada\"}");
    }

    private void check(SendEvent event, ObjectNode command) {
        try {
            new IdempotencyKey(event.key());
        } catch (CommandRefusedException unusable) {
            throw SendEventRefusedException.malformed("Client_Ref__c: " + unusable.getMessage());
        }
        try {
            byte[] json = CommandJson.write(command).getBytes(StandardCharsets.UTF_8);
            senders.require(
                    CommandIntake.check(json).from(), event.key(), SalesforceCommands.CALLER);
        } catch (CommandRefusedException refused) {
            String faults =
                    refused.faults().stream()
                            .map(fault -> field(fault.pointer()) + ": " + detail(fault))
                            .distinct()
                            .collect(Collectors.joining("; "));
            throw SendEventRefusedException.malformed(
                    faults.isEmpty() ? refused.getMessage() : faults);
        }
    }

    private static String field(String pointer) {
        String last = pointer.substring(pointer.lastIndexOf('/') + 1);
        return switch (last) {
            case "from" -> "Phone_Number_Id__c";
            case "to", "recipient" -> "To__c";
            case "type" -> pointer.equals("/type") ? "Kind__c" : "Params__c";
            case "body" -> pointer.equals("/text/body") ? "Text__c" : "Params__c";
            case "caption" -> "Text__c";
            case "link", "image", "video", "audio", "document", "sticker", "filename" ->
                    "Media_Url__c";
            case "language", "code" -> "Language__c";
            case "name" -> pointer.endsWith("emplate/name") ? "Template__c" : "Params__c";
            case "hops" -> "Hops__c";
            case "correlation" -> "Client_Ref__c and Record_Id__c";
            default -> pointer.equals("") ? "the event" : "Params__c";
        };
    }

    private static String detail(Violation fault) {
        return switch (fault.pointer()) {
            case "/from" ->
                    fault.detail()
                            + ". HUB_SALESFORCE_COMMANDS_NUMBER can give one for events that name"
                            + " none";
            default -> fault.detail();
        };
    }

    private static String fileName(String url) {
        if (url == null) {
            return null;
        }
        int end = 0;
        while (end < url.length() && url.charAt(end) != '?' && url.charAt(end) != '#') {
            end++;
        }
        String path = url.substring(0, end);
        String name = path.substring(path.lastIndexOf('/') + 1);
        return name.isEmpty() ? null : name;
    }

    private static String mediaType(String url) {
        String name = String.valueOf(fileName(url)).toLowerCase(Locale.ROOT);
        return switch (name.substring(name.lastIndexOf('.') + 1)) {
            case "jpg", "jpeg", "png" -> "image";
            case "mp4", "3gp", "3gpp" -> "video";
            default -> "document";
        };
    }

    private static void putIfGiven(ObjectNode node, String name, String value) {
        if (value != null) {
            node.put(name, value);
        }
    }
}
