package org.coexhub.routes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A hub's data and a copy of the project's route files in a folder of their own. */
public record HubFolder(Path path) {

    /** With the route files as they are shipped. */
    public static HubFolder fresh() {
        try {
            // With its database it is some 60 MB, which the next build clears away.
            Path all = Files.createDirectories(Path.of("target", "hubs")).toAbsolutePath();
            var folder = new HubFolder(Files.createTempDirectory(all, "hub"));
            folder.copyRoutes();
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public Path data() {
        return path.resolve("data");
    }

    public Path routes() {
        return path.resolve("routes");
    }

    public Path destinationFile(String name) {
        return routes().resolve("destinations/" + name + ".camel.yaml");
    }

    public HubFolder destination(String name, String yaml) {
        try {
            Files.writeString(destinationFile(name), yaml);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A destination that is never delivered: its events stay in {@code wa.out.<name>}. */
    public HubFolder gatheringDestination(String name, String events) {
        return destination(
                name,
                """
                - route:
                    id: destination-%1$s
                    autoStartup: false
                    from:
                      uri: destination:%1$s
                      parameters: {events: "%2$s"}
                      steps:
                        - log: {id: %1$s-never, message: "not started"}
                """
                        .formatted(name, events));
    }

    /** A destination that no event is for, nor delivered: in {@code wa.out.<name>} is what a test puts there. */
    public HubFolder idleDestination(String name) {
        return gatheringDestination(name, "whatsapp.message.received\", numbers: \"none");
    }

    private void copyRoutes() throws IOException {
        Path source = Path.of("routes");
        try (Stream<Path> files = Files.walk(source)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                Path copy = routes().resolve(source.relativize(file));
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        }
    }
}
