package org.coexhub.sandbox.salesforce.describe;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * All objects of the simulated org. The resource holds one line per field, {@code type length? referenceTo? flags…}; what every
 * Salesforce object has besides is added here.
 */
public final class OrgSchema {
    private static final String RESOURCE = "/sandbox/salesforce-objects.json";
    private static final Set<String> FLAGS =
            Set.of("required", "externalId", "unique", "caseSensitive", "readOnly");

    private final Map<String, ObjectDescription> objects = new LinkedHashMap<>();

    private OrgSchema() {}

    public static OrgSchema load() {
        OrgSchema schema = new OrgSchema();
        try (InputStream in = OrgSchema.class.getResourceAsStream(RESOURCE)) {
            new ObjectMapper()
                    .readTree(in)
                    .properties()
                    .forEach(entry -> schema.add(entry.getKey(), entry.getValue()));
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot read " + RESOURCE, e);
        }
        return schema;
    }

    private void add(String name, JsonNode described) {
        boolean event = described.path("event").asBoolean();
        List<FieldDescription> fields = new ArrayList<>();
        fields.add(
                event ? field("ReplayId", "string 1000 readOnly") : field("Id", "id 18 readOnly"));
        JsonNode own = described.path("fields");
        if (!event && !own.has("Name") && !Set.of("Task", "Case").contains(name)) {
            fields.add(field("Name", own.has("LastName") ? "string 121 readOnly" : "string 80"));
        }
        own.properties().forEach(f -> fields.add(field(f.getKey(), f.getValue().asText())));
        fields.add(field("CreatedDate", "datetime readOnly"));
        fields.add(field("CreatedById", "reference 18 User readOnly"));
        if (event) {
            fields.add(field("EventUuid", "string 36 readOnly"));
        } else {
            fields.add(field("OwnerId", "reference 18 User"));
            fields.add(field("IsDeleted", "boolean readOnly"));
            fields.add(field("LastModifiedDate", "datetime readOnly"));
            fields.add(field("LastModifiedById", "reference 18 User readOnly"));
            fields.add(field("SystemModstamp", "datetime readOnly"));
        }
        objects.put(
                ObjectDescription.key(name),
                new ObjectDescription(
                        name,
                        described.path("label").asText(),
                        described.path("prefix").asText(),
                        event,
                        fields));
    }

    private static FieldDescription field(String name, String line) {
        List<String> words = new ArrayList<>(Arrays.asList(line.split(" ")));
        String type = words.remove(0);
        int length =
                !words.isEmpty() && words.get(0).matches("\\d+")
                        ? Integer.parseInt(words.remove(0))
                        : 0;
        List<String> referenceTo =
                type.equals("reference") ? List.of(words.remove(0).split(",")) : List.of();
        if (!FLAGS.containsAll(words)) {
            throw new IllegalStateException(RESOURCE + ": " + name + " has an unknown flag");
        }
        return new FieldDescription(
                name,
                type,
                length,
                words.contains("required"),
                words.contains("externalId"),
                words.contains("unique"),
                words.contains("caseSensitive"),
                words.contains("readOnly"),
                referenceTo);
    }

    public Collection<ObjectDescription> objects() {
        return objects.values();
    }

    public Optional<ObjectDescription> object(String anyCase) {
        return Optional.ofNullable(objects.get(ObjectDescription.key(anyCase)));
    }

    /** The object to whose records an id belongs, by the id's first three characters. */
    public Optional<ObjectDescription> objectOf(String id) {
        return objects.values().stream()
                .filter(object -> id.length() >= 15 && id.startsWith(object.prefix()))
                .findFirst();
    }
}
