package org.coexhub.sandbox.salesforce.soql;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.Map;

/** One record while it is asked about: fields by name, and fields of the records it refers to by path. */
public record Row(SimulatedOrg org, ObjectDescription object, Map<String, Object> fields) {

    /** The value under a path such as {@code Name} or {@code Contact__r.Name}; null if empty. */
    Object value(Path path) {
        Row row = this;
        for (FieldDescription reference : path.references()) {
            Object id = row.fields.get(reference.name());
            if (id == null) {
                return null;
            }
            row = row.follow(reference, (String) id);
            if (row == null) {
                return null;
            }
        }
        return row.fields.get(path.field().name());
    }

    /** The record behind a reference, or null if it is gone. */
    public Row follow(FieldDescription reference, String id) {
        return reference.referenceTo().stream()
                .flatMap(target -> org.schema().object(target).stream())
                .flatMap(
                        target ->
                                org.record(target.name(), id).stream()
                                        .map(found -> new Row(org, target, found)))
                .findFirst()
                .orElse(null);
    }
}
