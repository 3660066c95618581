package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SaveRefusedException;
import org.coexhub.sandbox.salesforce.org.Saves;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.coexhub.sandbox.salesforce.soql.Row;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.StreamSupport;

/** {@code /composite/sobjects}: up to 200 records in one call, each with its own result. */
final class CollectionCalls {
    private static final int MOST = 200;

    private final SimulatedOrg org;
    private final Saves saves;

    CollectionCalls(SimulatedOrg org, Saves saves) {
        this.org = org;
        this.saves = saves;
    }

    /** The path starts behind {@code composite/sobjects}. */
    RestAnswer handle(RestCall call, String version) {
        if (call.is("DELETE", 0)) {
            String ids = call.parameter("ids");
            List<Supplier<ObjectNode>> work = new ArrayList<>();
            for (String id : ids == null ? new String[0] : ids.split(",")) {
                work.add(() -> saves.delete(typeOf(id), id));
            }
            return save(work, "true".equals(call.parameter("allOrNone")));
        }
        if (!call.path().isEmpty() && (call.is("GET", 1) || call.is("POST", 1))) {
            return retrieve(call, version);
        }
        JsonNode body = call.jsonBody();
        boolean allOrNone = body.path("allOrNone").asBoolean();
        List<Supplier<ObjectNode>> work =
                switch (call.method() + " " + call.path().size()) {
                    case "POST 0" -> creates(body);
                    case "PATCH 0" -> updates(body);
                    case "PATCH 2" -> upserts(body, call.segment(0), call.segment(1));
                    default -> throw RestException.methodNotAllowed(call.method());
                };
        return save(work, allOrNone);
    }

    private List<Supplier<ObjectNode>> creates(JsonNode body) {
        return records(body).stream()
                .<Supplier<ObjectNode>>map(
                        record -> {
                            String type = type(record);
                            Map<String, Object> fields = RestCall.fields(record);
                            return () -> saves.create(type, fields);
                        })
                .toList();
    }

    private List<Supplier<ObjectNode>> updates(JsonNode body) {
        return records(body).stream()
                .<Supplier<ObjectNode>>map(
                        record -> {
                            String type = type(record);
                            Map<String, Object> fields = RestCall.fields(record);
                            String id = record.path("id").asText(record.path("Id").asText(null));
                            return () -> {
                                if (id == null) {
                                    throw new SaveRefusedException(
                                            "MISSING_ARGUMENT",
                                            "Id not specified in an update call");
                                }
                                return saves.update(type, id, fields);
                            };
                        })
                .toList();
    }

    private List<Supplier<ObjectNode>> upserts(JsonNode body, String typeName, String keyName) {
        ObjectDescription object =
                org.schema().object(typeName).orElseThrow(RestException::notFound);
        FieldDescription key =
                object.field(keyName)
                        .filter(FieldDescription::externalId)
                        .orElseThrow(() -> RestException.noRecord(keyName));
        Set<String> once = new HashSet<>();
        Set<String> repeated = new HashSet<>();
        List<JsonNode> records = records(body);
        for (JsonNode record : records) {
            String value = comparable(key, record.path(key.name()));
            if (!value.isEmpty() && !once.add(value)) {
                repeated.add(value);
            }
        }
        return records.stream()
                .<Supplier<ObjectNode>>map(
                        record -> {
                            if (!type(record).equalsIgnoreCase(object.name())) {
                                throw new RestException(
                                        400,
                                        "INVALID_TYPE",
                                        "All records must be of the type in the URL: "
                                                + object.name());
                            }
                            JsonNode value = record.path(key.name());
                            Map<String, Object> fields = RestCall.fields(record);
                            return () -> {
                                if (repeated.contains(comparable(key, value))) {
                                    throw new SaveRefusedException(
                                            "DUPLICATE_VALUE",
                                            "Duplicate external id specified: " + value.asText(),
                                            key.name());
                                }
                                return saves.upsert(
                                        object.name(), key.name(), value.asText(""), fields);
                            };
                        })
                .toList();
    }

    private RestAnswer save(List<Supplier<ObjectNode>> work, boolean allOrNone) {
        ArrayNode results = JsonNodeFactory.instance.arrayNode();
        if (allOrNone) {
            boolean kept =
                    org.atomically(
                            () -> {
                                work.forEach(one -> results.add(Saves.each(one)));
                                return succeeded(results);
                            },
                            Boolean::booleanValue);
            for (int i = 0; !kept && i < results.size(); i++) {
                if (results.get(i).path("success").asBoolean()) {
                    results.set(i, Saves.rolledBack());
                }
            }
        } else {
            // What cannot be read refuses the whole request, so nothing of it may stay.
            org.atomically(
                    () -> {
                        work.forEach(one -> results.add(Saves.each(one)));
                        return true;
                    },
                    Boolean::booleanValue);
        }
        return RestAnswer.json(200, results).records(work.size());
    }

    private static boolean succeeded(ArrayNode results) {
        return StreamSupport.stream(results.spliterator(), false)
                .allMatch(result -> result.path("success").asBoolean());
    }

    private RestAnswer retrieve(RestCall call, String version) {
        ObjectDescription object =
                org.schema().object(call.segment(0)).orElseThrow(RestException::notFound);
        List<String> ids = new ArrayList<>();
        List<String> fields = new ArrayList<>();
        if (call.method().equals("GET")) {
            ids.addAll(Arrays.asList(call.parameter("ids").split(",")));
            fields.addAll(Arrays.asList(call.parameter("fields").split(",")));
        } else {
            call.jsonBody().path("ids").forEach(id -> ids.add(id.asText()));
            call.jsonBody().path("fields").forEach(field -> fields.add(field.asText()));
        }
        ArrayNode found = JsonNodeFactory.instance.arrayNode();
        RecordView view = new RecordView(version);
        for (String id : ids) {
            org.record(object.name(), id)
                    .ifPresentOrElse(
                            row -> found.add(view.of(new Row(org, object, row), fields)),
                            found::addNull);
        }
        return RestAnswer.json(200, found).records(found.size());
    }

    private static List<JsonNode> records(JsonNode body) {
        JsonNode records = body.path("records");
        if (!records.isArray() || records.isEmpty()) {
            throw new RestException(400, "MISSING_ARGUMENT", "The records member has no records");
        }
        if (records.size() > MOST) {
            throw new RestException(
                    400,
                    "EXCEEDED_ID_LIMIT",
                    "record limit reached. cannot submit more than 200 records into this call");
        }
        List<JsonNode> list = new ArrayList<>();
        records.forEach(list::add);
        return list;
    }

    private static String type(JsonNode record) {
        String type = record.path("attributes").path("type").asText("");
        if (type.isEmpty()) {
            throw new RestException(
                    400,
                    "INVALID_INPUT",
                    "Include an attributes object with a type field in each record");
        }
        return type;
    }

    private String typeOf(String id) {
        return org.schema()
                .objectOf(id)
                .map(ObjectDescription::name)
                .orElseThrow(() -> new SaveRefusedException("MALFORMED_ID", "malformed id " + id));
    }

    private static String comparable(FieldDescription key, JsonNode value) {
        String text = value.isNull() ? "" : value.asText("");
        return key.caseSensitive() ? text : text.toLowerCase(Locale.ROOT);
    }
}
