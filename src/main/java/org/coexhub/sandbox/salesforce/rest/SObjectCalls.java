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

    RestAnswer handle(RestCall call, String version) {
        if (call.is("GET", 1)) {
            return RestAnswer.json(200, DescribeView.global(org.schema(), version));
        }
        ObjectDescription object =
                org.schema().object(call.segment(1)).orElseThrow(RestException::notFound);
        if (call.is("GET", 2)) {
            ObjectNode basics = JsonNodeFactory.instance.objectNode();
            basics.set("objectDescribe", DescribeView.summary(object, version));
            basics.putArray("recentItems");
            return RestAnswer.json(200, basics);
        }
        if (call.is("POST", 2)) {
            return RestAnswer.json(201, saves.create(object.name(), call.fields())).records(1);
        }
        if (call.is("GET", 3) && call.segment(2).equals("describe")) {
            return RestAnswer.json(200, DescribeView.full(object, version));
        }
        return switch (call.path().size()) {
            case 3 -> byId(call, object, version, call.segment(2));
            case 4 -> byExternalId(call, object, version, call.segment(2), call.segment(3));
            default -> throw RestException.notFound();
        };
    }

    private RestAnswer byId(RestCall call, ObjectDescription object, String version, String id) {
        Map<String, Object> record =
                object.event()
                        ? null
                        : org.record(object.name(), id)
                                .orElseThrow(() -> RestException.noRecord(id));
        if (record == null) {
            throw RestException.notFound();
        }
        String fullId = (String) record.get("Id");
        return switch (call.method()) {
            case "GET", "HEAD" -> {
                Row row = new Row(org, object, record);
                RecordView view = new RecordView(version);
                String fields = call.parameter("fields");
                yield RestAnswer.json(
                                200,
                                fields == null
                                        ? view.all(row)
                                        : view.of(row, Arrays.asList(fields.split("\\s*,\\s*"))))
                        .records(1);
            }
            case "PATCH" -> {
                refuse(call.fields(), "Id");
                saves.update(object.name(), fullId, call.fields());
                yield RestAnswer.none(204).records(1);
            }
            case "DELETE" -> {
                saves.delete(object.name(), fullId);
                yield RestAnswer.none(204).records(1);
            }
            default -> throw RestException.methodNotAllowed(call.method());
        };
    }

    private RestAnswer byExternalId(
            RestCall call, ObjectDescription object, String version, String name, String value) {
        if (name.equalsIgnoreCase("Id")) {
            return byId(call, object, version, value);
        }
        FieldDescription key =
                object.field(name)
                        .filter(FieldDescription::externalId)
                        .orElseThrow(() -> RestException.noRecord(name));
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
            return RestAnswer.json(300, urls);
        }
        if (call.method().equals("PATCH")) {
            Map<String, Object> fields = call.fields();
            refuse(fields, "Id");
            refuse(fields, key.name());
            ObjectNode result = saves.upsert(object.name(), key.name(), value, fields);
            return RestAnswer.json(result.path("created").asBoolean() ? 201 : 200, result)
                    .records(1);
        }
        if (found.isEmpty()) {
            throw RestException.notFound();
        }
        return byId(call, object, version, (String) found.get(0).get("Id"));
    }

    private static void refuse(Map<String, Object> fields, String name) {
        if (fields.keySet().stream().anyMatch(name::equalsIgnoreCase)) {
            throw new RestException(
                    400,
                    "INVALID_FIELD",
                    "The " + name + " field should not be specified in the sobject data.");
        }
    }
}
