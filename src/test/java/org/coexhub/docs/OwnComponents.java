package org.coexhub.docs;

import org.apache.camel.catalog.CamelCatalog;
import org.apache.camel.tooling.model.ComponentModel;
import org.apache.camel.tooling.model.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.stream.Stream;

/** What the hub's jar says of its own Camel components, where Camel's tools look for it. */
final class OwnComponents {

    private static final Path RESOURCES = Path.of("src/main/resources/META-INF");

    private OwnComponents() {}

    static List<String> schemes() {
        var listed = new Properties();
        try (var in =
                Files.newInputStream(
                        RESOURCES.resolve("services/org/apache/camel/component.properties"))) {
            listed.load(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return List.of(listed.getProperty("components").split(" "));
    }

    static ComponentModel model(String packageName, String scheme) throws IOException {
        return JsonMapper.generateComponentModel(
                Files.readString(
                        RESOURCES.resolve(packageName.replace('.', '/') + "/" + scheme + ".json")));
    }

    /** As a tool does that has found the jar. */
    static void addTo(CamelCatalog catalog) throws IOException {
        for (String scheme : schemes()) {
            try (Stream<Path> files = Files.walk(RESOURCES)) {
                Path file =
                        files.filter(path -> path.endsWith(scheme + ".json"))
                                .findFirst()
                                .orElseThrow();
                String json = Files.readString(file, StandardCharsets.UTF_8);
                catalog.addComponent(
                        scheme, JsonMapper.generateComponentModel(json).getJavaType(), json);
            }
        }
    }
}
