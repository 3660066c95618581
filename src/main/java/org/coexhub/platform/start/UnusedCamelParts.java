package org.coexhub.platform.start;

import org.springframework.boot.autoconfigure.AutoConfigurationImportFilter;
import org.springframework.boot.autoconfigure.AutoConfigurationMetadata;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.context.EnvironmentAware;
import org.springframework.core.env.Environment;
import org.springframework.util.ClassUtils;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Leaves out auto-configurations of Camel that would have nothing to do, for a faster start. Each carries settings from a
 * prefix into one of Camel's parts, and the part itself is there without it; together they make a quarter of all beans.
 * As soon as anything is set under the prefix they are back. What a connector added to the hub brings stays.
 */
final class UnusedCamelParts implements AutoConfigurationImportFilter, EnvironmentAware {

    private static final Map<String, String> PREFIX_BY_PACKAGE = new HashMap<>();

    static {
        for (String component :
                List.of(
                        "bean",
                        "beanclass",
                        "browse",
                        "controlbus",
                        "dataformat",
                        "dataset",
                        "direct",
                        "file",
                        "http",
                        "kafka",
                        "language",
                        "log",
                        "mock",
                        "ref",
                        "rest",
                        "saga",
                        "scheduler",
                        "seda",
                        "stub",
                        "timer",
                        "validator",
                        "xslt")) {
            part("component." + component + ".springboot", "camel.component");
        }
        for (String language :
                List.of(
                        "bean",
                        "constant",
                        "csimple",
                        "header",
                        "property",
                        "ref",
                        "simple",
                        "tokenizer",
                        "variable",
                        "xpath")) {
            part("language." + language + ".springboot", "camel.language");
        }
        part("component.jackson.springboot", "camel.dataformat");
        part("spring.boot.vault", "camel.vault");
    }

    private Binder settings;

    private static void part(String name, String prefix) {
        PREFIX_BY_PACKAGE.put("org.apache.camel." + name, prefix);
    }

    @Override
    public void setEnvironment(Environment environment) {
        settings = Binder.get(environment);
    }

    @Override
    public boolean[] match(String[] classes, AutoConfigurationMetadata metadata) {
        var isSet = new HashMap<String, Boolean>();
        var wanted = new boolean[classes.length];
        for (int i = 0; i < classes.length; i++) {
            String prefix = classes[i] == null ? null : prefixOf(classes[i]);
            wanted[i] = prefix == null || isSet.computeIfAbsent(prefix, this::isSet);
        }
        return wanted;
    }

    /** @return where the settings stand; null if the class is none of the parts */
    private static String prefixOf(String type) {
        return PREFIX_BY_PACKAGE.get(ClassUtils.getPackageName(type));
    }

    private boolean isSet(String prefix) {
        return settings.bind(prefix, Bindable.mapOf(String.class, Object.class)).isBound();
    }
}
