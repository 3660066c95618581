package org.coexhub.platform.start;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.platform.settings.OwnRouteFiles;
import org.junit.jupiter.api.Test;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

class EveryOwnRouteFileIsLoadedTest {

    @Test
    void whatLiesInTheFolderIsWhatTheHubLoads() throws Exception {
        try (Stream<Path> files = Files.list(Path.of("routes"))) {
            assertThat(
                            files.filter(Files::isRegularFile)
                                    .map(file -> file.getFileName().toString())
                                    .toList())
                    .containsExactlyInAnyOrderElementsOf(
                            Stream.concat(
                                            OwnRouteFiles.BEFORE.stream(),
                                            OwnRouteFiles.AFTER.stream())
                                    .toList());
        }
    }
}
