package org.coexhub.platform.settings;

import org.apache.commons.logging.Log;
import org.springframework.boot.EnvironmentPostProcessor;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.logging.DeferredLogFactory;
import org.springframework.core.Ordered;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Checks all settings before anything is opened, and stops the start with all faults at once. Names that are no settings are
 * told in the log, or beside the faults: a misspelt name may be why another is missing.
 */
final class SettingsCheck implements EnvironmentPostProcessor, Ordered {

    private static final List<Required> REQUIRED =
            List.of(
                    new Required(
                            "hub.meta.app-secret",
                            "the app secret of your Meta app (App settings > Basic), by which"
                                    + " webhooks are verified"),
                    new Required(
                            "hub.meta.verify-token",
                            "free text of your choice, the same as in Meta's webhook"
                                    + " configuration"),
                    new Required(
                            "hub.api-token",
                            "a secret for the REST API, for example: openssl rand -hex 32"));

    private record Required(String property, String what) {}

    private final Log log;

    SettingsCheck(DeferredLogFactory logs) {
        this.log = logs.getLog(SettingsCheck.class);
    }

    @Override
    public void postProcessEnvironment(
            ConfigurableEnvironment environment, SpringApplication application) {
        var records = new SettingRecords();
        List<String> missing = missing(environment);
        var faults = new ArrayList<>(missing);
        faults.addAll(PlaceholderSettings.faults(environment));
        faults.addAll(records.faults(environment));
        Path data = Path.of(environment.getProperty("hub.data-dir", "./data"));
        DataDirectory.faultOf(data, Purpose.of(environment)).ifPresent(faults::add);
        if (environment.getProperty("hub.db.url", "").isBlank()) {
            DataDirectory.faultOfStore(data).ifPresent(faults::add);
        }
        List<String> unknown =
                new UnknownSettings(
                                Stream.concat(
                                                records.names().stream(),
                                                PlaceholderSettings.names().stream())
                                        .toList())
                        .in(environment);
        if (faults.isEmpty()) {
            unknown.forEach(log::warn);
            return;
        }
        faults.addAll(unknown);
        if (!missing.isEmpty()) {
            faults.add("To try the hub without an account: mvn spring-boot:run");
        }
        throw new SettingFaultException(faults);
    }

    private static List<String> missing(Environment environment) {
        return REQUIRED.stream()
                .filter(setting -> environment.getProperty(setting.property, "").isBlank())
                .map(
                        setting ->
                                SettingName.variable(setting.property)
                                        + " is missing: "
                                        + setting.what)
                .toList();
    }

    /** After the files are read and the sandbox has put in its own values. */
    @Override
    public int getOrder() {
        return LOWEST_PRECEDENCE;
    }
}
