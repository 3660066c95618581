package org.coexhub.outbound.graph.openapi;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Meta's description of what may be posted to {@code /{phone-number-id}/messages}, with a choice of repairs made. */
final class MetaDescription {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final JsonNode PUBLISHED = resource("business-messaging-api_v23.0.yaml");
    private static final JsonNode REPAIRS = resource("repairs.yaml");
    private static final JsonSchemaFactory FACTORY =
            JsonSchemaFactory.getInstance(VersionFlag.V202012);

    /** They make the description stricter. */
    static final List<Repair> FOLLOWED = Repair.read(REPAIRS.required("followed"));

    /** Where it contradicts its examples. */
    static final List<Repair> CONTRADICTIONS = Repair.read(REPAIRS.required("contradictions"));

    /** What it leaves out. */
    static final List<Repair> GAPS = Repair.read(REPAIRS.required("gaps"));

    private final JsonNode document;
    private final JsonSchema message;

    private MetaDescription(Collection<Repair> repairs) {
        document = PUBLISHED.deepCopy();
        repairs.forEach(repair -> repair.changes().forEach(change -> change.in(document)));
        ObjectNode root = JsonNodeFactory.instance.objectNode();
        root.put("$schema", "https://json-schema.org/draft/2020-12/schema");
        root.set("components", document.required("components"));
        root.put("$ref", "#/components/schemas/Message");
        message = FACTORY.getSchema(root);
    }

    static MetaDescription asPublished() {
        return new MetaDescription(List.of());
    }

    /** With every repair that the predicate wants. */
    static MetaDescription with(Predicate<Repair> wanted) {
        return new MetaDescription(all().stream().filter(wanted).toList());
    }

    static List<Repair> all() {
        return Stream.of(FOLLOWED, CONTRADICTIONS, GAPS).flatMap(List::stream).toList();
    }

    /** Meta's examples of requests, by their names. */
    Map<String, JsonNode> examples() {
        var examples = new LinkedHashMap<String, JsonNode>();
        document.required("paths")
                .required("/{Version}/{Phone-Number-ID}/messages")
                .requiredAt("/post/requestBody/content/application~1json/examples")
                .properties()
                .forEach(
                        example -> examples.put(example.getKey(), example.getValue().get("value")));
        return examples;
    }

    /** Every way in which the request is not as described; empty when it is. */
    List<String> faults(JsonNode request) {
        return message.validate(request).stream().map(ValidationMessage::getMessage).toList();
    }

    JsonNode at(String pointer) {
        return document.requiredAt(pointer);
    }

    static List<String> strings(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false).map(JsonNode::asText).toList();
    }

    static ObjectNode object(String json) {
        try {
            return (ObjectNode) YAML.readTree(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static JsonNode resource(String name) {
        try (InputStream in = MetaDescription.class.getResourceAsStream("/meta-openapi/" + name)) {
            return YAML.readTree(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
