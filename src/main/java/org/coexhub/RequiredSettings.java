package org.coexhub;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.env.EnvironmentPostProcessor;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;

import java.util.ArrayList;
import java.util.List;

/** Stops the start, before anything is opened, when a setting without which the hub would be unsafe is missing. */
final class RequiredSettings implements EnvironmentPostProcessor, Ordered {

    private static final List<Required> REQUIRED =
            List.of(
                    new Required(
                            "HUB_META_APP_SECRET",
                            "hub.meta.app-secret",
                            "the app secret of your Meta app (App settings > Basic), by which"
                                    + " webhooks are verified"),
                    new Required(
                            "HUB_META_VERIFY_TOKEN",
                            "hub.meta.verify-token",
                            "free text of your choice, the same as in Meta's webhook"
                                    + " configuration"),
                    new Required(
                            "HUB_API_TOKEN",
                            "hub.api-token",
                            "a secret for the REST API, for example: openssl rand -hex 32"));

    private record Required(String variable, String property, String what) {}

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        var missing = new ArrayList<String>();
        for (Required setting : REQUIRED) {
            if (environment.getProperty(setting.property, "").isBlank()) {
                missing.add(setting.variable + " is missing: " + setting.what);
            }
        }
        if (!missing.isEmpty()) {
            throw new SettingFault(
                    String.join("\n", missing)
                            + "\nTo try the hub without an account: mvn spring-boot:run");
        }
    }

    /** After the files are read and the sandbox has put in its own values. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
