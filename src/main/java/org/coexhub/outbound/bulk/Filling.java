package org.coexhub.outbound.bulk;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.Violation;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Makes one recipient's command of a bulk's message: {@code {{name}}} in any text of it stands for the recipient's
 * variable of that name. The same message and recipient always make the same command.
 */
final class Filling {

    private static final Pattern PLACE = Pattern.compile("\\{\\{\\s*+([^{}\\s]++)\\s*+}}");
    private static final Set<String> MEMBERS =
            Set.of("to", "recipient", "recipient_type", "variables");

    private final JsonNode variables;
    private final Set<String> missing = new TreeSet<>();

    private Filling(JsonNode variables) {
        this.variables = variables;
    }

    /** @throws CommandRefusedException the recipient is not readable as one, or a variable is missing */
    static ObjectNode fill(ObjectNode message, JsonNode recipient) {
        List<Violation> faults = new ArrayList<>();
        if (!recipient.isObject()) {
            throw CommandRefusedException.malformed(
                    List.of(new Violation("", "must be an object with to or recipient")));
        }
        recipient
                .fieldNames()
                .forEachRemaining(
                        name -> {
                            if (!MEMBERS.contains(name)) {
                                faults.add(
                                        new Violation(
                                                "/" + name, "belongs into /variables, or away"));
                            }
                        });
        var filling = new Filling(recipient.path("variables"));
        ObjectNode command = (ObjectNode) filling.in(message);
        filling.missing.forEach(
                name ->
                        faults.add(
                                new Violation("/variables/" + name, "is required by the message")));
        if (!faults.isEmpty()) {
            throw CommandRefusedException.malformed(faults);
        }
        for (String name : List.of("to", "recipient", "recipient_type")) {
            if (recipient.has(name)) {
                command.set(name, recipient.get(name));
            }
        }
        return command;
    }

    private JsonNode in(JsonNode node) {
        if (node.isTextual()) {
            return JsonNodeFactory.instance.textNode(text(node.textValue()));
        }
        if (node instanceof ObjectNode object) {
            ObjectNode filled = JsonNodeFactory.instance.objectNode();
            object.properties()
                    .forEach(member -> filled.set(member.getKey(), in(member.getValue())));
            return filled;
        }
        if (node instanceof ArrayNode array) {
            ArrayNode filled = JsonNodeFactory.instance.arrayNode();
            array.forEach(element -> filled.add(in(element)));
            return filled;
        }
        return node;
    }

    private String text(String text) {
        return PLACE.matcher(text)
                .replaceAll(place -> Matcher.quoteReplacement(variable(place.group(1))));
    }

    private String variable(String name) {
        JsonNode value = variables.path(name);
        if (value.isTextual() || value.isNumber() || value.isBoolean()) {
            return value.asText();
        }
        missing.add(name);
        return "";
    }
}
