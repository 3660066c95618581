package org.coexhub.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

import org.junit.jupiter.api.Test;
import org.junit.platform.engine.discovery.DiscoverySelectors;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;
import org.junit.platform.launcher.listeners.SummaryGeneratingListener;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Property tests have an engine of their own, which was built for another major of JUnit's platform. An engine that finds
 * nothing is no failure to JUnit, so this test compares what is found with what is written, and has a wrong property fail.
 */
class PropertyTestsAreFoundTest {

    private static final Path TESTS = Path.of("src/test/java");
    private static final Pattern PROPERTY = Pattern.compile("(?m)^    @(?:Property|Example)\\b");
    private static final String ENGINE = "jqwik";

    @Test
    void eachPropertyThatIsWrittenIsFound() throws IOException {
        long written = 0;
        var request = LauncherDiscoveryRequestBuilder.request();
        for (Path file : sources()) {
            long here = PROPERTY.matcher(Files.readString(file)).results().count();
            if (here > 0) {
                request.selectors(DiscoverySelectors.selectClass(className(file)));
                written += here;
            }
        }
        TestPlan plan = LauncherFactory.create().discover(request.build());

        assertThat(written).isPositive();
        assertThat(plan.countTestIdentifiers(PropertyTestsAreFoundTest::isProperty))
                .isEqualTo(written);
    }

    @Test
    void aPropertyThatDoesNotHoldFails() {
        var summary = new SummaryGeneratingListener();
        LauncherDiscoveryRequest request =
                LauncherDiscoveryRequestBuilder.request()
                        .selectors(DiscoverySelectors.selectClass(Wrong.class))
                        .build();
        LauncherFactory.create().execute(request, summary);

        assertThat(summary.getSummary().getTestsFailedCount()).isOne();
    }

    /** Not named as tests are, so no run takes it up by itself. */
    static class Wrong {

        @Property(tries = 50, shrinking = ShrinkingMode.OFF)
        boolean noNumberIsNegative(@ForAll int number) {
            return number >= 0;
        }
    }

    private static boolean isProperty(TestIdentifier found) {
        return found.isTest() && found.getUniqueId().contains("[engine:" + ENGINE + "]");
    }

    private static Set<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(TESTS)) {
            return files.filter(file -> file.toString().endsWith(".java"))
                    .collect(Collectors.toSet());
        }
    }

    private static String className(Path file) {
        String path = TESTS.relativize(file).toString();
        return path.substring(0, path.length() - ".java".length()).replace('/', '.');
    }
}
