package org.coexhub;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;

import java.util.List;
import java.util.Optional;

/**
 * Leaves out Camel's auto-configurations that would have nothing to do, for a faster start. Each carries settings from a
 * prefix into one of Camel's parts, and the part itself is there without it; together they make a quarter of all beans.
 * As soon as anything is set under the prefix they are back.
 */
final class UnusedCamelParts implements AutoConfigurationImportFilter, EnvironmentAware {

    /** The first whose packages a class is in counts. */
    private static final List<Part> PARTS =
            List.of(
                    // More than settings: it opens the door for webhooks.
                    new Part("org.apache.camel.component.platform.http.", null),
                    new Part("org.apache.camel.component.jackson.", "camel.dataformat"),
                    new Part("org.apache.camel.component.", "camel.component"),
                    new Part("org.apache.camel.language.", "camel.language"),
                    new Part("org.apache.camel.model.rest.", "camel.rest"),
                    new Part("org.apache.camel.spring.boot.cloud.", "camel.cloud"),
                    new Part("org.apache.camel.spring.boot.vault.", "camel.vault"));

    private Binder settings;

    /** @param prefix of its settings; null: always wanted */
    private record Part(String packages, String prefix) {}

    @Override
    public void setEnvironment(Environment environment) {
        settings = Binder.get(environment);
    }

    @Override
    public boolean[] match(String[] classes, AutoConfigurationMetadata metadata) {
        List<Part> unused = PARTS.stream().filter(this::isUnused).toList();
        var wanted = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            wanted[i] = classes[i] == null || partOf(classes[i]).filter(unused::contains).isEmpty();
        }
        return wanted;
    }

    private boolean isUnused(Part part) {
        return part.prefix != null
                && !settings.bind(part.prefix, Bindable.mapOf(String.class, Object.class))
                        .isBound();
    }

    private static Optional<Part> partOf(String type) {
        return PARTS.stream().filter(part -> type.startsWith(part.packages)).findFirst();
    }
}
