package org.coexhub.connector.salesforce.map;

import com.fasterxml.jackson.databind.JsonNode;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Checks the mapping against what the org says of its objects.
 *
 * @param faults each a sentence for the admin, with the line in the file
 * @param lengths longest text a field takes, by {@code object.field}; longer texts are cut
 */
public record MappingCheck(List<String> faults, Map<String, Integer> lengths) {

    private static final Set<String> TEXTS =
            Set.of(
                    "string",
                    "textarea",
                    "url",
                    "phone",
                    "picklist",
                    "multipicklist",
                    "combobox",
                    "email");
    private static final Set<String> TIMES = Set.of("datetime");
    private static final Set<String> NUMBERS = Set.of("double", "int");
    private static final Set<String> REFERENCES = Set.of("reference", "id");

    /** @param objects answers of {@code describe} by API name */
    public static MappingCheck of(MappingFile mapping, Map<String, JsonNode> objects) {
        var faults = new ArrayList<String>();
        var lengths = new HashMap<String, Integer>();
        objects.forEach((object, describe) -> lengths(object, describe, lengths));
        fields(mapping.message(), objects, true, faults);
        key(mapping, objects, faults);
        fields(mapping.result(), objects, false, faults);
        fields(mapping.review(), objects, false, faults);
        person("Contact", mapping.contact(), mapping.contactPhones(), mapping, objects, faults);
        person("Lead", mapping.lead(), mapping.leadPhones(), mapping, objects, faults);
        return new MappingCheck(List.copyOf(faults), Map.copyOf(lengths));
    }

    private static void lengths(String object, JsonNode describe, Map<String, Integer> lengths) {
        for (JsonNode field : describe.path("fields")) {
            if (field.path("length").asInt() > 0) {
                lengths.put(
                        object + "." + field.path("name").asText(), field.path("length").asInt());
            }
        }
    }

    private static void key(
            MappingFile mapping, Map<String, JsonNode> objects, List<String> faults) {
        FieldMap<MessageValue> message = mapping.message();
        JsonNode key = byName(objects.get(message.object())).get(message.key());
        String name = "message.key: " + message.object() + "." + message.key();
        if (key == null) {
            faults.add(name + " is not there, or the hub's user may not see it");
        } else {
            if (!key.path("externalId").asBoolean() || !key.path("unique").asBoolean()) {
                faults.add(name + " has to be an external id and unique");
            }
            if (!key.path("caseSensitive").asBoolean()) {
                faults.add(
                        name
                                + " has to be case-sensitive: two messages may differ in case"
                                + " alone");
            }
        }
    }

    private static void person(
            String object,
            FieldMap<PersonValue> map,
            List<String> phones,
            MappingFile mapping,
            Map<String, JsonNode> objects,
            List<String> faults) {
        fields(map, objects, false, faults);
        Map<String, JsonNode> known = byName(objects.get(map.object()));
        JsonNode id = known.get(mapping.whatsappId());
        if (id == null || !id.path("externalId").asBoolean() || !id.path("unique").asBoolean()) {
            faults.add(
                    "customer.whatsappId: "
                            + object
                            + "."
                            + mapping.whatsappId()
                            + (id == null
                                    ? " is not there, or the hub's user may not see it"
                                    : " has to be an external id and unique"));
        }
        for (String phone : phones) {
            if (!known.containsKey(phone)) {
                faults.add(
                        "customer: "
                                + object
                                + "."
                                + phone
                                + " is not there, or the hub's user may not see it");
            }
        }
    }

    private static <V extends MappedValue> void fields(
            FieldMap<V> map, Map<String, JsonNode> objects, boolean updated, List<String> faults) {
        JsonNode describe = objects.get(map.object());
        if (describe == null) {
            faults.add(
                    "object "
                            + map.object()
                            + " is not there, or the hub's user may not see it; see"
                            + " salesforce/README.md");
            return;
        }
        if (!describe.path("createable").asBoolean(true)
                || updated && !describe.path("updateable").asBoolean(true)) {
            faults.add("object " + map.object() + ": the hub's user may not write it");
        }
        Map<String, JsonNode> known = byName(describe);
        map.fields()
                .forEach(
                        (name, source) -> {
                            String fault = fault(known.get(name), source, updated);
                            if (fault != null) {
                                faults.add(
                                        "line "
                                                + source.line()
                                                + ": "
                                                + map.object()
                                                + "."
                                                + name
                                                + fault);
                            }
                        });
    }

    private static <V extends MappedValue> String fault(
            JsonNode field, FieldMap.Source<V> source, boolean updated) {
        if (field == null) {
            return " is not there, or the hub's user may not see it";
        }
        if (!field.path("createable").asBoolean(true)
                || updated && !field.path("updateable").asBoolean(true)) {
            return " cannot be written by the hub's user";
        }
        String type = field.path("type").asText();
        boolean constant = source.constant() != null;
        Set<String> fitting = constant ? TEXTS : fitting(source.value().form());
        boolean fits = constant || fitting.contains(type);
        return fits
                ? null
                : " is of type "
                        + type
                        + "; wanted here is "
                        + String.join(" or ", fitting.stream().sorted().toList());
    }

    private static Set<String> fitting(MappedValue.Form form) {
        return switch (form) {
            case TEXT -> TEXTS;
            case TIME -> TIMES;
            case NUMBER -> NUMBERS;
            case REFERENCE -> REFERENCES;
        };
    }

    private static Map<String, JsonNode> byName(JsonNode describe) {
        var byName = new TreeMap<String, JsonNode>();
        if (describe != null) {
            for (JsonNode field : describe.path("fields")) {
                byName.put(field.path("name").asText(), field);
            }
        }
        return byName;
    }
}
