package org.coexhub.platform.settings;

import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.Environment;
import org.springframework.core.env.PropertySource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Settings that somebody gave and nothing reads, as a rule because of a misspelt name. */
final class UnknownSettings {

    /** What the image is told, and what Kubernetes puts beside a service with the name hub. */
    private static final Pattern NOT_MEANT_FOR_THE_HUB =
            Pattern.compile("HUB_OPTIONS|HUB_SERVICE_(HOST|PORT.*)|HUB_PORT_\\d+_(TCP|UDP).*");

    private static final Pattern OWN_NAME =
            Pattern.compile("\\b(hub\\.[a-z0-9.-]+|HUB_[A-Z0-9_]+)");

    private final Map<String, String> known = new HashMap<>();

    /** Settings of things that the user gives a name. */
    private final List<Pattern> named = new ArrayList<>();

    /** @param names properties that the hub reads; * stands for a name of the user's own */
    UnknownSettings(List<String> names) {
        for (String name : names) {
            if (name.contains("*")) {
                named.add(
                        Pattern.compile(
                                Arrays.stream(name.split("\\*"))
                                        .map(SettingName::plain)
                                        .collect(Collectors.joining(".+"))));
            } else {
                known.put(SettingName.plain(name), SettingName.variable(name));
            }
        }
    }

    /** @return a sentence about each, with the name that may be meant */
    List<String> in(ConfigurableEnvironment environment) {
        Set<String> unknown = given(environment);
        unknown.removeIf(name -> isKnown(SettingName.plain(name)));
        if (!unknown.isEmpty()) {
            Set<String> ofRoutes = namedByRoutes(environment);
            unknown.removeIf(name -> ofRoutes.contains(SettingName.plain(name)));
        }
        return unknown.stream().map(name -> name + " is not a setting; " + meant(name)).toList();
    }

    private boolean isKnown(String plain) {
        return known.containsKey(plain)
                || named.stream().anyMatch(one -> one.matcher(plain).matches());
    }

    private static Set<String> given(ConfigurableEnvironment environment) {
        var given = new TreeSet<String>();
        for (PropertySource<?> source : environment.getPropertySources()) {
            if (source instanceof EnumerablePropertySource<?> names) {
                for (String name : names.getPropertyNames()) {
                    if (name.startsWith("hub.")
                            || name.startsWith("HUB_")
                                    && !NOT_MEANT_FOR_THE_HUB.matcher(name).matches()) {
                        given.add(name);
                    }
                }
            }
        }
        return given;
    }

    /** A route file of the user's own may read settings of its own. */
    private static Set<String> namedByRoutes(Environment environment) {
        var named = new HashSet<String>();
        Path folder = Path.of(environment.getProperty("hub.routes-dir", "./routes"));
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(f -> f.toString().matches(".*\\.ya?ml")).toList()) {
                OWN_NAME.matcher(Files.readString(file))
                        .results()
                        .forEach(name -> named.add(SettingName.plain(name.group())));
            }
        } catch (IOException unreadable) {
            // The settings' own rules tell of a folder that is not there.
            return named;
        }
        return named;
    }

    private String meant(String name) {
        return NearestName.to(SettingName.plain(name), known.keySet())
                .map(nearest -> "is " + known.get(nearest) + " meant?")
                .orElse("docs/settings.md has all of them");
    }
}
