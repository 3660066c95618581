package org.coexhub.sandbox.salesforce.rest;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.sandbox.salesforce.describe.FieldDescription;
import org.coexhub.sandbox.salesforce.describe.ObjectDescription;
import org.coexhub.sandbox.salesforce.describe.OrgSchema;

/** Objects and fields as {@code describe} tells them. */
final class DescribeView {
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private DescribeView() {}

    static ObjectNode global(OrgSchema schema, String version) {
        ObjectNode all = JSON.objectNode().put("encoding", "UTF-8").put("maxBatchSize", 200);
        ArrayNode list = all.putArray("sobjects");
        schema.objects().forEach(object -> list.add(summary(object, version)));
        return all;
    }

    static ObjectNode summary(ObjectDescription object, String version) {
        boolean record = !object.event();
        ObjectNode view =
                JSON.objectNode()
                        .put("name", object.name())
                        .put("label", object.label())
                        .put("labelPlural", object.label() + "s")
                        .put("keyPrefix", object.prefix())
                        .put("custom", object.custom())
                        .put("customSetting", false)
                        .put("createable", true)
                        .put("updateable", record)
                        .put("deletable", record)
                        .put("queryable", record)
                        .put("retrieveable", record)
                        .put("searchable", record)
                        .put("undeletable", record)
                        .put("mergeable", false)
                        .put("triggerable", true)
                        .put("layoutable", record)
                        .put("activateable", false)
                        .put("feedEnabled", false)
                        .put("deprecatedAndHidden", false);
        String base = "/services/data/" + version + "/sobjects/" + object.name();
        view.putObject("urls")
                .put("sobject", base)
                .put("describe", base + "/describe")
                .put("rowTemplate", base + "/{ID}");
        return view;
    }

    static ObjectNode full(ObjectDescription object, String version) {
        ObjectNode view = summary(object, version);
        ArrayNode fields = view.putArray("fields");
        object.fields().forEach(field -> fields.add(field(field)));
        view.putArray("childRelationships");
        view.putArray("recordTypeInfos");
        return view;
    }

    private static ObjectNode field(FieldDescription field) {
        ObjectNode view =
                JSON.objectNode()
                        .put("name", field.name())
                        .put("label", field.label())
                        .put("type", field.type())
                        .put("length", field.length())
                        .put("byteLength", field.length() * 3)
                        .put("nillable", !field.required() && !field.type().equals("id"))
                        .put("createable", !field.readOnly())
                        .put("updateable", !field.readOnly())
                        .put(
                                "defaultedOnCreate",
                                field.readOnly() || field.name().equals("OwnerId"))
                        .put("filterable", field.filterable())
                        .put("sortable", field.filterable())
                        .put("groupable", field.filterable() && field.isText())
                        .put("externalId", field.externalId())
                        .put("idLookup", field.externalId() || field.type().equals("id"))
                        .put("unique", field.unique())
                        .put("caseSensitive", field.caseSensitive())
                        .put("custom", field.custom())
                        .put("calculated", false)
                        .put("autoNumber", field.name().equals("CaseNumber"))
                        .put("deprecatedAndHidden", false)
                        .put("restrictedPicklist", false)
                        .put("polymorphicForeignKey", field.referenceTo().size() > 1)
                        .put("relationshipName", field.relationshipName())
                        .put("soapType", soapType(field))
                        .put("precision", 0)
                        .put("scale", 0)
                        .put("digits", 0);
        view.putNull("inlineHelpText");
        view.putNull("defaultValue");
        ArrayNode referenceTo = view.putArray("referenceTo");
        field.referenceTo().forEach(referenceTo::add);
        view.putArray("picklistValues");
        return view;
    }

    private static String soapType(FieldDescription field) {
        return switch (field.type()) {
            case "id", "reference" -> "tns:ID";
            case "boolean", "int", "double", "date" -> "xsd:" + field.type();
            case "datetime" -> "xsd:dateTime";
            default -> "xsd:string";
        };
    }
}
