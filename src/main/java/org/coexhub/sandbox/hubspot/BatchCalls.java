package org.coexhub.sandbox.hubspot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import java.time.InstantSource;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * {@code batch/read}, {@code batch/update}, {@code batch/upsert}. Where each record has a trace id of its own, what is
 * right is done and the rest is named (207); otherwise one wrong record fails all.
 */
final class BatchCalls {

    private static final int MOST = 100;

    private final InstantSource clock;

    BatchCalls(InstantSource clock) {
        this.clock = clock;
    }

    /** Status and body of an answer. */
    record Reply(int status, JsonNode body) {}

    Reply read(ObjectType type, JsonNode request) {
        String idProperty = request.path("idProperty").asText("");
        ObjectNode reply = reply();
        ArrayNode missing = JsonNodeFactory.instance.arrayNode();
        for (JsonNode input : inputs(request)) {
            String id = input.path("id").asText();
            CrmObject object = type.by(idProperty, id);
            if (object == null) {
                missing.add(id);
            } else {
                results(reply).add(json(object));
            }
        }
        if (!missing.isEmpty()) {
            ObjectNode error = error(reply, "OBJECT_NOT_FOUND", "Could not get some objects");
            error.putObject("context").set("ids", missing);
        }
        return new Reply(missing.isEmpty() ? 200 : 207, reply);
    }

    Reply write(ObjectType type, JsonNode request, boolean upsert) {
        List<JsonNode> inputs = inputs(request);
        Set<String> traces = new HashSet<>();
        inputs.forEach(input -> traces.add(input.path("objectWriteTraceId").asText("")));
        boolean partial = !traces.contains("") && traces.size() == inputs.size();
        ObjectNode reply = reply();
        int failed = 0;
        if (!partial) {
            // All or nothing: try on paper first.
            inputs.forEach(input -> one(type, input, upsert, true));
        }
        for (JsonNode input : inputs) {
            try {
                ObjectNode result = one(type, input, upsert, false);
                result.put("objectWriteTraceId", input.path("objectWriteTraceId").asText(null));
                results(reply).add(result);
            } catch (HubSpotException e) {
                failed++;
                ObjectNode error = error(reply, e.category(), e.getMessage());
                ObjectNode context = error.putObject("context");
                context.putArray("objectWriteTraceId")
                        .add(input.path("objectWriteTraceId").asText());
            }
        }
        return new Reply(failed == 0 ? 200 : 207, reply);
    }

    private ObjectNode one(ObjectType type, JsonNode input, boolean upsert, boolean onPaper) {
        String idProperty = input.path("idProperty").asText("");
        String id = input.path("id").asText();
        Map<String, String> values = new LinkedHashMap<>();
        input.path("properties")
                .properties()
                .forEach(p -> values.put(p.getKey(), p.getValue().asText()));
        CrmObject object = type.by(idProperty, id);
        boolean fresh = object == null;
        if (fresh && !upsert) {
            throw new HubSpotException(404, "OBJECT_NOT_FOUND", "Could not get some objects");
        }
        if (fresh) {
            values.putIfAbsent(idProperty, id);
        }
        if (onPaper) {
            type.check(values, object);
            return JsonNodeFactory.instance.objectNode();
        }
        if (fresh) {
            object = type.create(values);
        } else {
            type.update(object, values);
        }
        return json(object).put("new", fresh);
    }

    private static List<JsonNode> inputs(JsonNode request) {
        List<JsonNode> inputs = new java.util.ArrayList<>();
        Set<String> ids = new HashSet<>();
        for (JsonNode input : request.path("inputs")) {
            inputs.add(input);
            if (!ids.add(input.path("id").asText())) {
                throw HubSpotException.invalid(
                        "Duplicate IDs found in batch input: ["
                                + input.path("id").asText()
                                + "]. IDs must be unique");
            }
        }
        if (inputs.isEmpty() || inputs.size() > MOST) {
            throw HubSpotException.invalid("inputs: between 1 and " + MOST + " are allowed");
        }
        return inputs;
    }

    ObjectNode json(CrmObject object) {
        ObjectNode node = JsonNodeFactory.instance.objectNode();
        node.put("id", object.id());
        ObjectNode properties = node.putObject("properties");
        object.properties().forEach(properties::put);
        properties.put("hs_object_id", object.id());
        node.put("createdAt", object.created().toString());
        node.put("updatedAt", object.updated().toString());
        return node.put("archived", false);
    }

    ObjectNode reply() {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        reply.put("status", "COMPLETE").putArray("results");
        reply.put("startedAt", clock.instant().toString());
        return reply.put("completedAt", clock.instant().toString());
    }

    static ArrayNode results(ObjectNode reply) {
        return (ArrayNode) reply.get("results");
    }

    static ObjectNode error(ObjectNode reply, String category, String message) {
        ArrayNode errors = reply.withArray("errors");
        reply.put("numErrors", errors.size() + 1);
        return errors.addObject()
                .put("status", "error")
                .put("category", category)
                .put("message", message);
    }
}
