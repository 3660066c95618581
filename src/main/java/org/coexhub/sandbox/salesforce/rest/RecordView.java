package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.soql.Row;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A record as JSON, with its {@code attributes}, empty fields as null, and records it refers to inside. */
final class RecordView {
    private final String version;

    RecordView(String version) {
        this.version = version;
    }

    ObjectNode all(Row row) {
        return of(row, row.object().fields().stream().map(FieldDescription::name).toList());
    }

    /** The given fields; {@code Contact__r.Name} becomes an object inside. */
    ObjectNode of(Row row, List<String> paths) {
        ObjectDescription object = row.object();
        ObjectNode view = JsonNodeFactory.instance.objectNode();
        view.putObject("attributes")
                .put("type", object.name())
                .put(
                        "url",
                        "/services/data/"
                                + version
                                + "/sobjects/"
                                + object.name()
                                + "/"
                                + row.fields().get("Id"));
        Map<FieldDescription, List<String>> inside = new LinkedHashMap<>();
        for (String path : paths) {
            String[] parts = path.split("\\.", 2);
            if (parts.length == 2 && parts[0].equalsIgnoreCase(object.name())) {
                parts = new String[] {parts[1]};
            }
            if (parts.length == 2) {
                FieldDescription reference = object.relationship(parts[0]).orElseThrow();
                inside.computeIfAbsent(reference, r -> new ArrayList<>()).add(parts[1]);
            } else {
                FieldDescription field =
                        object.field(parts[0])
                                .orElseThrow(
                                        () ->
                                                new RestException(
                                                        400,
                                                        "INVALID_FIELD",
                                                        "No such column '"
                                                                + path
                                                                + "' on sobject of type "
                                                                + object.name()));
                view.putPOJO(field.name(), row.fields().get(field.name()));
            }
        }
        inside.forEach(
                (reference, fields) -> {
                    Object id = row.fields().get(reference.name());
                    Row other = id == null ? null : row.follow(reference, (String) id);
                    view.set(
                            reference.relationshipName(), other == null ? null : of(other, fields));
                });
        return view;
    }
}
