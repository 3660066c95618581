package org.coexhub.docs;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Judges JSON by the published schemas and by schemas inside a description document. */
final class Schemas {

    private static final String PUBLISHED = "https://coexhub.org/schemas/";
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final SchemaValidatorsConfig STRICT =
            SchemaValidatorsConfig.builder().formatAssertionsEnabled(true).build();
    private static final JsonSchemaFactory FACTORY =
            JsonSchemaFactory.getInstance(
                    VersionFlag.V202012,
                    builder ->
                            builder.schemaMappers(
                                    mappers -> mappers.mapPrefix(PUBLISHED, "classpath:schemas/")));

    private Schemas() {}

    /** A description, its references to the event schemas made absolute. */
    static JsonNode description(Path file, String relativeSchemas) {
        try {
            JsonNode description =
                    YAML.readTree(Files.readString(file).replace(relativeSchemas, PUBLISHED));
            refuseEmptyMembers(file, description);
            return description;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** An unquoted comma inside braces cuts a text in two and leaves its rest as a member without a value. */
    private static void refuseEmptyMembers(Path file, JsonNode node) {
        for (var member : node.properties()) {
            if (member.getValue().isNull()) {
                throw new IllegalArgumentException(
                        file + ": member without a value: " + member.getKey());
            }
        }
        node.forEach(child -> refuseEmptyMembers(file, child));
    }

    /** The schema of the event's own type. */
    static List<String> faultsOfEvent(JsonNode event) {
        JsonSchema schema =
                FACTORY.getSchema(
                        SchemaLocation.of(PUBLISHED + event.path("type").asText() + ".schema.json"),
                        STRICT);
        return faults(schema, event);
    }

    /** A schema inside a description, whose references lead into its components. */
    static List<String> faults(JsonNode description, JsonNode schema, JsonNode value) {
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.set("components", description.path("components"));
        root.putArray("allOf").add(schema);
        return faults(FACTORY.getSchema(root, STRICT), value);
    }

    private static List<String> faults(JsonSchema schema, JsonNode value) {
        return schema.validate(value).stream().map(ValidationMessage::getMessage).toList();
    }
}
