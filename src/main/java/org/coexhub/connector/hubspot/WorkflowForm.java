package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.util.List;

/**
 * The body of a workflow's webhook, with keys that an admin types into HubSpot, as the command it stands for. Short
 * keys for the two usual messages, {@code text} and {@code template}; or Meta's own send format, known by its {@code
 * type}.
 */
final class WorkflowForm {

    private static final List<String> OPTIONS =
            List.of("fallbackTemplate", "hold", "expiresAt", "hops");

    private WorkflowForm() {}

    /** True for an object that the hub itself put into HubSpot; a workflow that reacts to those would go in circles. */
    static boolean isOfTheHub(JsonNode body) {
        JsonNode mark = body.path(HubSpotMapping.MESSAGE_ID);
        JsonNode deep = body.path("properties").path(HubSpotMapping.MESSAGE_ID);
        JsonNode value = deep.isObject() ? deep.path("value") : deep;
        return !mark.asText("").isEmpty() && !mark.isNull()
                || !value.asText("").isEmpty() && !value.isNull();
    }

    /** The command; what is missing or wrong in it is told by the intake as for any other command. */
    static ObjectNode command(ObjectNode body, String number) {
        ObjectNode command = JsonNodeFactory.instance.objectNode();
        if (body.has("type")) {
            command.setAll(body);
            command.remove(List.of("hub", "key", "agent", "correlation"));
            command.remove(OPTIONS);
        } else {
            message(body, command);
        }
        if (!command.has("from") && !number.isEmpty()) {
            command.put("from", number);
        }
        ObjectNode hub = command.putObject("hub");
        hub.put("source", "crm").put("sourceName", HubSpotMapping.SOURCE_NAME);
        for (String name : List.of("agent", "correlation")) {
            if (!body.path(name).asText("").isEmpty()) {
                hub.put(name, body.path(name).asText());
            }
        }
        for (String name : OPTIONS) {
            if (body.hasNonNull(name)) {
                hub.set(name, body.get(name));
            }
        }
        return command;
    }

    private static void message(ObjectNode body, ObjectNode command) {
        for (String name : List.of("from", "to", "recipient")) {
            if (body.hasNonNull(name)) {
                command.put(name, body.get(name).asText());
            }
        }
        if (body.hasNonNull("template")) {
            command.put("type", "template");
            template(body, command.putObject("template"));
        } else {
            command.put("type", "text");
            command.putObject("text").set("body", body.path("text"));
        }
    }

    private static void template(ObjectNode body, ObjectNode template) {
        template.put("name", body.get("template").asText());
        template.putObject("language").put("code", body.path("language").asText("en"));
        JsonNode parameters = body.path("parameters");
        if (parameters.isArray() && !parameters.isEmpty()) {
            ObjectNode component = template.putArray("components").addObject();
            ArrayNode list = component.put("type", "body").putArray("parameters");
            parameters.forEach(p -> list.addObject().put("type", "text").put("text", p.asText()));
        }
    }
}
