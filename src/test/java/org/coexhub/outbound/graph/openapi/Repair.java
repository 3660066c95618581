package org.coexhub.outbound.graph.openapi;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.StreamSupport;

/**
 * One repair of Meta's description.
 *
 * @param name what holds once it is made
 * @param because what is wrong without it
 */
record Repair(String name, String because, List<Change> changes) {

    /** What is done at one place: exactly one of {@code set}, {@code append} and {@code drop}. */
    record Change(JsonPointer at, String action, JsonNode value) {

        void in(JsonNode document) {
            switch (action) {
                case "set" -> parent(document).set(at.last().getMatchingProperty(), value);
                case "append" -> list(document).add(value);
                case "drop" -> drop(document);
                default -> throw new IllegalArgumentException("no such action: " + action);
            }
        }

        private void drop(JsonNode document) {
            if (value.isNull()) {
                if (parent(document).remove(at.last().getMatchingProperty()) == null) {
                    throw new IllegalArgumentException("nothing to drop at " + at);
                }
                return;
            }
            ArrayNode list = list(document);
            for (int i = 0; i < list.size(); i++) {
                if (list.get(i).equals(value)) {
                    list.remove(i);
                    return;
                }
            }
            throw new IllegalArgumentException("nothing to drop in " + at);
        }

        private ObjectNode parent(JsonNode document) {
            return (ObjectNode) document.requiredAt(at.head());
        }

        private ArrayNode list(JsonNode document) {
            return (ArrayNode) document.requiredAt(at);
        }
    }

    /** The repairs of one list; an entry with several names under {@code for} is as many repairs. */
    static List<Repair> read(JsonNode list) {
        var repairs = new ArrayList<Repair>();
        for (JsonNode entry : list) {
            if (entry.has("for")) {
                entry.get("for").forEach(each -> repairs.add(of(entry, each.asText())));
            } else {
                repairs.add(of(entry, null));
            }
        }
        return repairs;
    }

    private static Repair of(JsonNode entry, String each) {
        return new Repair(
                entry.required("name").asText() + (each == null ? "" : ": " + each),
                entry.required("because").asText(),
                StreamSupport.stream(entry.required("changes").spliterator(), false)
                        .map(change -> change(change, each))
                        .toList());
    }

    private static Change change(JsonNode change, String each) {
        String at = change.required("at").asText();
        for (String action : List.of("set", "append", "drop")) {
            if (change.has(action)) {
                return new Change(
                        JsonPointer.compile(each == null ? at : at.replace("{}", each)),
                        action,
                        value(change.get(action), each));
            }
        }
        throw new IllegalArgumentException("no action at " + at);
    }

    private static JsonNode value(JsonNode value, String each) {
        return each != null && value.isTextual() && value.textValue().equals("{}")
                ? TextNode.valueOf(each)
                : value.deepCopy();
    }

    @Override
    public String toString() {
        return name;
    }
}
