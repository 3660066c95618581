package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.context.annotation.ClassPathScanningCandidateComponentProvider;
import org.springframework.core.type.filter.AnnotationTypeFilter;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** docs/settings.md names every setting that the code reads, with the default it has there, and no other. */
class SettingsAreDocumentedTest {

    private static final Path PAGE = Path.of("docs/settings.md");
    private static final Pattern ROW = Pattern.compile("^\\| `(HUB_[A-Z0-9_]+)` \\| ([^|]*?) \\|");
    private static final Pattern VARIABLE = Pattern.compile("HUB_[A-Z][A-Z0-9_]*[A-Z]");
    private static final Pattern APPLICATION_PLACEHOLDER =
            Pattern.compile("\\$\\{(hub\\.[a-z0-9.-]+)");
    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{\\??(hub\\.[a-z0-9.-]+)");

    @Test
    void everySettingIsDocumentedAndNoOther() throws Exception {
        assertThat(documented().keySet()).isEqualTo(new TreeSet<>(known()));
    }

    @Test
    void everyDefaultIsTheOneInTheCode() throws Exception {
        Map<String, String> documented = documented();
        Map<String, String> defaults = defaults();
        defaults.forEach(
                (name, value) -> {
                    String shown = documented.get(name).replace("`", "").replace("empty", "");
                    assertThat(shown).as(name).startsWith(value);
                });
    }

    @Test
    void noPageNamesASettingThatIsUnknown() throws Exception {
        Set<String> known = known();
        known.add("HUB_BROKER");
        for (Path page : Pages.all()) {
            var named = new TreeSet<String>();
            VARIABLE.matcher(Files.readString(page)).results().forEach(m -> named.add(m.group()));
            assertThat(known).as(page.toString()).containsAll(named);
        }
    }

    private static Map<String, String> documented() throws IOException {
        var rows = new TreeMap<String, String>();
        for (String line : Files.readAllLines(PAGE)) {
            var row = ROW.matcher(line);
            if (row.find()) {
                rows.put(row.group(1), row.group(2));
            }
        }
        return rows;
    }

    /** Settings records, placeholders of the route files and of application.yml. */
    private static Set<String> known() throws Exception {
        var names = new TreeSet<>(defaults().keySet());
        try (Stream<Path> files = Files.walk(Path.of("routes"))) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                PLACEHOLDER
                        .matcher(Files.readString(file))
                        .results()
                        .forEach(m -> names.add(variable(m.group(1))));
            }
        }
        APPLICATION_PLACEHOLDER
                .matcher(Files.readString(Path.of("src/main/resources/application.yml")))
                .results()
                .forEach(m -> names.add(variable(m.group(1))));
        return names;
    }

    private static Map<String, String> defaults() throws Exception {
        var scanner = new ClassPathScanningCandidateComponentProvider(false);
        scanner.addIncludeFilter(new AnnotationTypeFilter(ConfigurationProperties.class));
        var defaults = new TreeMap<String, String>();
        for (var candidate : scanner.findCandidateComponents("org.coexhub")) {
            Class<?> type = Class.forName(candidate.getBeanClassName());
            String prefix = type.getAnnotation(ConfigurationProperties.class).value();
            for (RecordComponent component : type.getRecordComponents()) {
                defaults.put(
                        variable(prefix + "." + component.getName()), defaultOf(type, component));
            }
        }
        return defaults;
    }

    private static String defaultOf(Class<?> type, RecordComponent component) {
        for (var constructor : type.getDeclaredConstructors()) {
            for (var parameter : constructor.getParameters()) {
                DefaultValue value = parameter.getAnnotation(DefaultValue.class);
                if (parameter.getName().equals(component.getName()) && value != null) {
                    return String.join(",", value.value());
                }
            }
        }
        return "";
    }

    private static String variable(String property) {
        return property.replaceAll("([a-z])([A-Z])", "$1_$2")
                .replaceAll("[.-]", "_")
                .toUpperCase(Locale.ROOT);
    }
}
