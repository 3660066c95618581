package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;

import org.apache.camel.catalog.DefaultCamelCatalog;
import org.apache.camel.catalog.EndpointValidationResult;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The route files, and those that the pages show, are what Camel's own schema of its YAML DSL allows. */
class RouteFilesMatchCamelSchemaTest {

    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Pattern LEADING_PLACEHOLDER = Pattern.compile("^\\{\\{[^}]*}}");
    private static final Pattern EXAMPLE = Pattern.compile("(?s)```yaml\\n(# routes/.*?)```");

    private final JsonSchema schema = camelSchema();

    @Test
    void everyRouteFileIsValid() throws IOException {
        for (Path route : files()) {
            assertThat(faults(Files.readString(route))).as(route.toString()).isEmpty();
        }
    }

    @Test
    void everyRouteInThePagesIsValid() throws IOException {
        var examples = new ArrayList<String>();
        for (Path page : Pages.all()) {
            EXAMPLE.matcher(Files.readString(page))
                    .results()
                    .map(found -> found.group(1))
                    .forEach(examples::add);
        }
        assertThat(examples).isNotEmpty();
        for (String example : examples) {
            assertThat(faults(example)).as(example).isEmpty();
        }
    }

    @Test
    void everyRouteAndEveryEndpointStepHasAnIdOfItsOwn() throws IOException {
        var ids = new ArrayList<String>();
        for (Path file : files()) {
            for (JsonNode item : YAML.readTree(file.toFile())) {
                if (item.has("route")) {
                    assertThat(item.path("route").path("id").asText())
                            .as(file.toString())
                            .isNotEmpty();
                    ids.add(item.path("route").path("id").asText());
                }
            }
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    /** Connectors that are no part of the build are known to Camel's catalogue all the same. */
    @Test
    void everyEndpointAndItsOptionsAreKnownToCamel() throws IOException {
        var catalog = new DefaultCamelCatalog();
        OwnComponents.addTo(catalog);
        int judged = 0;
        for (Path file : files()) {
            for (JsonNode endpoint : endpoints(YAML.readTree(file.toFile()))) {
                String uri = uriOf(endpoint);
                String scheme = uri.substring(0, uri.indexOf(':'));
                assertThat(catalog.componentJSonSchema(scheme)).as(scheme).isNotNull();
                var verdict = catalog.validateEndpointProperties(uri);
                // What is required may be set on the component.
                assertThat(verdict.isSuccess() || verdict.getNumberOfErrors() == missing(verdict))
                        .as(file + ": " + verdict.summaryErrorMessage(false))
                        .isTrue();
                judged++;
            }
        }
        assertThat(judged).isGreaterThan(20);
    }

    private static int missing(EndpointValidationResult verdict) {
        return verdict.getRequired() == null ? 0 : verdict.getRequired().size();
    }

    /** Whatever has an address: where a route starts, and where it sends to. */
    private static List<JsonNode> endpoints(JsonNode node) {
        var found = new ArrayList<JsonNode>();
        if (node.path("uri").isTextual()) {
            found.add(node);
        }
        node.forEach(child -> found.addAll(endpoints(child)));
        return found;
    }

    /** Placeholders are taken for any value by Camel's catalogue; one that begins an address is a web address. */
    private static String uriOf(JsonNode endpoint) {
        String options =
                endpoint.path("parameters").properties().stream()
                        .map(option -> option.getKey() + "=" + option.getValue().asText())
                        .collect(Collectors.joining("&"));
        String uri =
                LEADING_PLACEHOLDER
                        .matcher(endpoint.path("uri").asText())
                        .replaceFirst("https:host");
        return options.isEmpty() ? uri : uri + (uri.contains("?") ? "&" : "?") + options;
    }

    /** Those that are shipped, and those to copy. */
    private static List<Path> files() throws IOException {
        var all = new ArrayList<Path>();
        for (String folder : List.of("routes", "docs/examples")) {
            try (Stream<Path> files = Files.walk(Path.of(folder))) {
                files.filter(file -> file.toString().endsWith(".yaml")).forEach(all::add);
            }
        }
        assertThat(all).isNotEmpty();
        return all;
    }

    private List<String> faults(String yaml) throws IOException {
        return schema.validate(YAML.readTree(yaml)).stream()
                .map(ValidationMessage::getMessage)
                .toList();
    }

    private static JsonSchema camelSchema() {
        try (var in =
                RouteFilesMatchCamelSchemaTest.class.getResourceAsStream(
                        "/schema/camelYamlDsl.json")) {
            return JsonSchemaFactory.getInstance(VersionFlag.V4).getSchema(in);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
