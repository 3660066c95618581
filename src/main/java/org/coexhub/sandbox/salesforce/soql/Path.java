package org.coexhub.sandbox.salesforce.soql;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.org.SimulatedOrg;

import java.util.ArrayList;
import java.util.List;

/** A field, perhaps of a record that is referred to, checked against the org's description. */
record Path(List<FieldDescription> references, FieldDescription field) {

    static Path of(SimulatedOrg org, ObjectDescription object, String written) {
        String[] parts = written.split("\\.");
        List<FieldDescription> references = new ArrayList<>();
        ObjectDescription here = object;
        int first = parts.length > 1 && parts[0].equalsIgnoreCase(object.name()) ? 1 : 0;
        for (int i = first; i < parts.length - 1; i++) {
            String name = parts[i];
            ObjectDescription from = here;
            FieldDescription reference =
                    here.relationship(name)
                            .orElseThrow(
                                    () ->
                                            new SoqlException(
                                                    "INVALID_FIELD",
                                                    "Didn't understand relationship '"
                                                            + name
                                                            + "' in field path on "
                                                            + from.name()));
            references.add(reference);
            here = org.schema().object(reference.referenceTo().get(0)).orElse(null);
            if (here == null) {
                throw new SoqlException(
                        "INVALID_FIELD", "The simulated org has no records behind " + written);
            }
        }
        ObjectDescription last = here;
        String name = parts[parts.length - 1];
        FieldDescription field =
                last.field(name)
                        .orElseThrow(
                                () ->
                                        new SoqlException(
                                                "INVALID_FIELD",
                                                "No such column '"
                                                        + name
                                                        + "' on entity '"
                                                        + last.name()
                                                        + "'."));
        return new Path(references, field);
    }

    Path filterable() {
        if (!field.filterable()) {
            throw new SoqlException(
                    "INVALID_FIELD",
                    "field '" + field.name() + "' can not be filtered in a query call");
        }
        return this;
    }
}
