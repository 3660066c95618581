package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.Saves;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;
import org.coexhub.sandbox.salesforce.soql.Row;

import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** {@code /sobjects}: single records by id or external id, and what there is to know of an object. */
final class SObjectCalls {
    private final SimulatedOrg org;
    private final Saves saves;

    SObjectCalls(SimulatedOrg org, Saves saves) {
        this.org = org;
        this.saves = saves;
    }

    Answer handle(RestCall call, String version) {
        if (call.is("GET", 1)) {
            return Answer.json(200, DescribeView.global(org.schema(), version));
        }
        ObjectDescription object =
                org.schema().object(call.segment(1)).orElseThrow(RestError::notFound);
        if (call.is("GET", 2)) {
            ObjectNode basics = JsonNodeFactory.instance.objectNode();
            basics.set("objectDescribe", DescribeView.summary(object, version));
            basics.putArray("recentItems");
            return Answer.json(200, basics);
        }
        if (call.is("POST", 2)) {
            return Answer.json(201, saves.create(object.name(), call.fields())).records(1);
        }
        if (call.is("GET", 3) && call.segment(2).equals("describe")) {
            return Answer.json(200, DescribeView.full(object, version));
        }
        return switch (call.path().size()) {
            case 3 -> byId(call, object, version, call.segment(2));
            case 4 -> byExternalId(call, object, version, call.segment(2), call.segment(3));
            default -> throw RestError.notFound();
        };
    }

    private Answer byId(RestCall call, ObjectDescription object, String version, String id) {
        Map<String, Object> record =
                object.event()
                        ? null
                        : org.record(object.name(), id).orElseThrow(() -> RestError.noRecord(id));
        if (record == null) {
            throw RestError.notFound();
        }
        String fullId = (String) record.get("Id");
        return switch (call.method()) {
            case "GET", "HEAD" -> {
                Row row = new Row(org, object, record);
                RecordView view = new RecordView(version);
                String fields = call.parameter("fields");
                yield Answer.json(
                                200,
                                fields == null
                                        ? view.all(row)
                                        : view.of(row, Arrays.asList(fields.split("\\s*,\\s*"))))
                        .records(1);
            }
            case "PATCH" -> {
                refuse(call.fields(), "Id");
                saves.update(object.name(), fullId, call.fields());
                yield Answer.none(204).records(1);
            }
            case "DELETE" -> {
                saves.delete(object.name(), fullId);
                yield Answer.none(204).records(1);
            }
            default -> throw RestError.methodNotAllowed(call.method());
        };
    }

    private Answer byExternalId(
            RestCall call, ObjectDescription object, String version, String name, String value) {
        if (name.equalsIgnoreCase("Id")) {
            return byId(call, object, version, value);
        }
        FieldDescription key =
                object.field(name)
                        .filter(FieldDescription::externalId)
                        .orElseThrow(() -> RestError.noRecord(name));
        List<Map<String, Object>> found = org.find(object.name(), key.name(), value);
        if (found.size() > 1) {
            ArrayNode urls = JsonNodeFactory.instance.arrayNode();
            found.forEach(
                    row ->
                            urls.add(
                                    "/services/data/"
                                            + version
                                            + "/sobjects/"
                                            + object.name()
                                            + "/"
                                            + row.get("Id")));
            return Answer.json(300, urls);
        }
        if (call.method().equals("PATCH")) {
            Map<String, Object> fields = call.fields();
            refuse(fields, "Id");
            refuse(fields, key.name());
            ObjectNode result = saves.upsert(object.name(), key.name(), value, fields);
            return Answer.json(result.path("created").asBoolean() ? 201 : 200, result).records(1);
        }
        if (found.isEmpty()) {
            throw RestError.notFound();
        }
        return byId(call, object, version, (String) found.get(0).get("Id"));
    }

    private static void refuse(Map<String, Object> fields, String name) {
        if (fields.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
            throw new RestError(
                    400,
                    "INVALID_FIELD",
                    "The " + name + " field should not be specified in the sobject data.");
        }
    }
}
