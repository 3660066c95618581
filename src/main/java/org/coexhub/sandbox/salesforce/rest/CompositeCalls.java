package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.org.SaveRefusedException;
import org.coexhub.sandbox.salesforce.org.Saves;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** {@code /composite}, {@code /composite/batch}, {@code /composite/tree}: several calls in one, counted as one. */
final class CompositeCalls {
    private static final int MOST_PARTS = 25;
    private static final int MOST_RECORDS = 200;
    private static final String HALTED =
            "The transaction was rolled back since another operation in the same transaction"
                    + " failed.";
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SimulatedOrg org;
    private final Saves saves;
    private final Function<RestCall, RestAnswer> parts;

    /**
     * @param parts answers one part, errors included
     */
    CompositeCalls(SimulatedOrg org, Saves saves, Function<RestCall, RestAnswer> parts) {
        this.org = org;
        this.saves = saves;
        this.parts = parts;
    }

    RestAnswer composite(RestCall call) {
        JsonNode body = call.jsonBody();
        JsonNode requests = required(body, "compositeRequest", MOST_PARTS);
        boolean allOrNone = body.path("allOrNone").asBoolean();
        ObjectNode answer = JSON.objectNode();
        ArrayNode responses = answer.putArray("compositeResponse");
        boolean kept =
                org.atomically(
                        () -> runAll(call, requests, responses),
                        succeeded -> succeeded || !allOrNone);
        if (allOrNone && failed(responses)) {
            responses.forEach(
                    response -> {
                        if (response.path("httpStatusCode").asInt() < 300) {
                            halt((ObjectNode) response, HALTED);
                        }
                    });
        }
        return RestAnswer.json(200, answer).records(kept ? requests.size() : 0);
    }

    private boolean runAll(RestCall call, JsonNode requests, ArrayNode responses) {
        Map<String, JsonNode> results = new HashMap<>();
        for (JsonNode request : requests) {
            String reference = request.path("referenceId").asText();
            ObjectNode response = responses.addObject();
            try {
                References references = new References(results);
                JsonNode body = references.resolved(request.path("body"));
                String url = references.resolved(request.path("url").asText());
                RestAnswer part =
                        parts.apply(
                                RestCall.of(
                                        request.path("method").asText(),
                                        url,
                                        call.headers(),
                                        bytes(body)));
                response.set("body", part.json());
                response.putObject("httpHeaders");
                response.put("httpStatusCode", part.status());
                if (part.status() < 300 && part.json() != null) {
                    results.put(reference, part.json());
                }
            } catch (References.UnresolvedReferenceException e) {
                halt(response, e.getMessage());
            }
            response.put("referenceId", reference);
        }
        return !failed(responses);
    }

    private static boolean failed(ArrayNode responses) {
        for (JsonNode response : responses) {
            if (response.path("httpStatusCode").asInt() >= 300) {
                return true;
            }
        }
        return false;
    }

    private static void halt(ObjectNode response, String message) {
        response.putArray("body")
                .addObject()
                .put("errorCode", "PROCESSING_HALTED")
                .put("message", message);
        response.putObject("httpHeaders");
        response.put("httpStatusCode", 400);
    }

    RestAnswer batch(RestCall call) {
        JsonNode body = call.jsonBody();
        JsonNode requests = required(body, "batchRequests", MOST_PARTS);
        boolean halt = body.path("haltOnError").asBoolean();
        ObjectNode answer = JSON.objectNode();
        boolean errors = false;
        ArrayNode results = JSON.arrayNode();
        for (JsonNode request : requests) {
            ObjectNode result = results.addObject();
            if (errors && halt) {
                result.put("statusCode", 412)
                        .putArray("result")
                        .addObject()
                        .put("errorCode", "BATCH_PROCESSING_HALTED")
                        .put("message", "Batch processing halted per request");
                continue;
            }
            // Parts of a batch are addressed from the version on.
            String url = request.path("url").asText().replaceFirst("^/?(services/data/)?", "");
            RestAnswer part =
                    parts.apply(
                            RestCall.of(
                                    request.path("method").asText(),
                                    "/services/data/" + url,
                                    call.headers(),
                                    bytes(request.path("richInput"))));
            errors |= part.status() >= 300;
            result.put("statusCode", part.status()).set("result", part.json());
        }
        answer.put("hasErrors", errors).set("results", results);
        return RestAnswer.json(200, answer).records(requests.size());
    }

    /** Flat trees only: records without children. */
    RestAnswer tree(RestCall call, String type) {
        JsonNode records = required(call.jsonBody(), "records", MOST_RECORDS);
        ArrayNode done = JSON.arrayNode();
        ArrayNode refused = JSON.arrayNode();
        boolean kept =
                org.atomically(
                        () -> {
                            for (JsonNode record : records) {
                                grow(type, record, done, refused);
                            }
                            return refused.isEmpty();
                        },
                        Boolean::booleanValue);
        ObjectNode answer = JSON.objectNode().put("hasErrors", !kept);
        answer.set("results", kept ? done : refused);
        return RestAnswer.json(kept ? 201 : 400, answer).records(records.size());
    }

    private void grow(String type, JsonNode record, ArrayNode done, ArrayNode refused) {
        String reference = record.path("attributes").path("referenceId").asText();
        try {
            ObjectNode saved = saves.create(type, RestCall.fields(record));
            done.addObject().put("referenceId", reference).set("id", saved.path("id"));
        } catch (SaveRefusedException e) {
            refused.addObject()
                    .put("referenceId", reference)
                    .set("errors", Saves.failed(e).path("errors"));
        }
    }

    private static JsonNode required(JsonNode body, String member, int most) {
        JsonNode list = body.path(member);
        if (!list.isArray() || list.isEmpty()) {
            throw new RestException(
                    400, "MISSING_ARGUMENT", "The member " + member + " is missing");
        }
        if (list.size() > most) {
            throw new RestException(
                    400,
                    "LIMIT_EXCEEDED",
                    "You can't have more than " + most + " entries in " + member);
        }
        return list;
    }

    private static byte[] bytes(JsonNode body) {
        return body.isMissingNode() || body.isNull()
                ? new byte[0]
                : body.toString().getBytes(StandardCharsets.UTF_8);
    }
}
