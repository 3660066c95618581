package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts results of earlier parts of a composite where later parts say {@code @{referenceId.path}}. */
record References(Map<String, JsonNode> results) {
    private static final Pattern REFERENCE = Pattern.compile("@\\{(\\w+)((?:\\.|\\[)[^}]*)?}");

    static final class UnresolvedReferenceException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private UnresolvedReferenceException(String message) {
            super(message, null, false, false);
        }
    }

    JsonNode resolved(JsonNode node) {
        if (node.isTextual()) {
            return TextNode.valueOf(resolved(node.asText()));
        }
        if (node.isObject()) {
            ObjectNode copy = JsonNodeFactory.instance.objectNode();
            node.properties().forEach(f -> copy.set(f.getKey(), resolved(f.getValue())));
            return copy;
        }
        if (node.isArray()) {
            ArrayNode copy = JsonNodeFactory.instance.arrayNode();
            node.forEach(element -> copy.add(resolved(element)));
            return copy;
        }
        return node;
    }

    String resolved(String text) {
        return REFERENCE
                .matcher(text)
                .replaceAll(
                        reference ->
                                Matcher.quoteReplacement(
                                        value(reference.group(1), reference.group(2))));
    }

    private String value(String reference, String path) {
        JsonNode node = results.get(reference);
        if (node == null) {
            throw new UnresolvedReferenceException(
                    "Invalid reference specified. No value for "
                            + reference
                            + " found. Provided Resource ID doesn't exist.");
        }
        for (String step : (path == null ? "" : path).split("[.\\[\\]]+")) {
            if (!step.isEmpty()) {
                node = step.matches("\\d+") ? node.path(Integer.parseInt(step)) : node.path(step);
            }
        }
        if (!node.isValueNode()) {
            throw new UnresolvedReferenceException(
                    "Invalid reference specified. No value for "
                            + reference
                            + path
                            + " found in "
                            + reference);
        }
        return node.asText();
    }
}
