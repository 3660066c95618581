package org.coexhub.platform.settings;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/**
 * The arguments of a process that is to do one thing and no hub, such as {@code backup DIR}: a word, a folder, and settings
 * that count as they do for the hub.
 *
 * @param words those that are no settings
 * @param settings as the hub itself would see them
 */
public record CommandArguments(List<String> words, ConfigurableEnvironment settings) {

    public static CommandArguments of(String[] arguments) {
        return new CommandArguments(words(arguments), environment(arguments));
    }

    /** Whether the first word is one of these. */
    public static boolean ask(String[] arguments, List<String> known) {
        List<String> words = words(arguments);
        return !words.isEmpty() && known.contains(words.getFirst());
    }

    private static List<String> words(String[] arguments) {
        return Arrays.stream(arguments).filter(word -> !word.startsWith("-")).toList();
    }

    private static ConfigurableEnvironment environment(String[] arguments) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
        new SpringApplicationJsonEnvironmentPostProcessor()
                .postProcessEnvironment(environment, new SpringApplication());
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    public String word() {
        return words.getFirst();
    }

    /** Whether there is a word and a folder, and nothing else. */
    public boolean nameAFolder() {
        return words.size() == 2;
    }

    public Path folder() {
        return Path.of(words.get(1));
    }

    /** That of the hub with these settings. */
    public Path dataDirectory() {
        String set = settings.getProperty("hub.data-dir", "");
        return Path.of(set.isBlank() ? Purpose.of(settings).dataDirectory() : set);
    }
}
