package org.coexhub.platform.settings;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The route files without which there is no hub: those loaded before destinations and sources of commands, and those after. */
public final class OwnRouteFiles {

    public static final List<String> BEFORE = List.of("errors.camel.yaml");
    public static final List<String> AFTER =
            List.of(
                    "send.camel.yaml",
                    "templates.camel.yaml",
                    "media.camel.yaml",
                    "events.camel.yaml",
                    "ingest.camel.yaml");

    private OwnRouteFiles() {}

    /** @return what is wrong with the folder, in words that go on from the name of its setting; empty: nothing */
    public static Optional<String> missingIn(Path folder) {
        if (!Files.isDirectory(folder)) {
            return Optional.of(
                    "must be the folder with the route files, there is no folder "
                            + folder.toAbsolutePath()
                            + ", e.g. ./routes");
        }
        List<String> missing =
                Stream.concat(BEFORE.stream(), AFTER.stream())
                        .filter(name -> !Files.isReadable(folder.resolve(name)))
                        .toList();
        return missing.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        "must be a folder with the hub's own route files, "
                                + folder.toAbsolutePath()
                                + " lacks "
                                + String.join(", ", missing)
                                + ", e.g. ./routes");
    }
}
