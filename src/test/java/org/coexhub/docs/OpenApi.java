package org.coexhub.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** The description of the HTTP interface, as a judge of real answers. */
final class OpenApi {

    static final Path FILE = Path.of("src/main/resources/static/api/openapi.yaml");

    private final JsonNode document = Schemas.description(FILE, "../../schemas/");
    private final ObjectMapper json = new ObjectMapper();

    /** Each as {@code GET /path}. */
    Set<String> operations() {
        var operations = new TreeSet<String>();
        document.path("paths")
                .properties()
                .forEach(
                        path ->
                                path.getValue()
                                        .fieldNames()
                                        .forEachRemaining(
                                                method ->
                                                        operations.add(
                                                                method.toUpperCase()
                                                                        + " "
                                                                        + path.getKey())));
        return operations;
    }

    /** Statuses that the description gives for an operation. */
    Set<String> statuses(String operation) {
        var statuses = new TreeSet<String>();
        operation(operation).path("responses").fieldNames().forEachRemaining(statuses::add);
        return statuses;
    }

    /** What in the answer is not as described. */
    List<String> faults(String operation, RunningHub.Answer answer) throws IOException {
        JsonNode response =
                resolved(
                        operation(operation)
                                .path("responses")
                                .path(Integer.toString(answer.status())));
        if (response.isMissingNode()) {
            return List.of("status " + answer.status() + " is not described");
        }
        JsonNode content = response.path("content");
        if (content.isMissingNode()) {
            return answer.body().length == 0
                    ? List.of()
                    : List.of("a body where none is described");
        }
        String type = answer.contentType() == null ? "none" : answer.contentType().split(";")[0];
        if (content.has("*/*")) {
            return List.of();
        }
        if (!content.has(type)) {
            return List.of("content type " + type + " is not described");
        }
        return type.endsWith("json")
                ? Schemas.faults(
                        document, content.path(type).path("schema"), json.readTree(answer.body()))
                : List.of();
    }

    private JsonNode operation(String operation) {
        String[] parts = operation.split(" ");
        return document.path("paths").path(parts[1]).path(parts[0].toLowerCase());
    }

    private JsonNode resolved(JsonNode node) {
        return node.has("$ref") ? document.at(node.path("$ref").asText().substring(1)) : node;
    }
}
