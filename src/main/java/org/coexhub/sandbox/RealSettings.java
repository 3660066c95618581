package org.coexhub.sandbox;

import org.springframework.core.env.Environment;

import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Settings that point at a real system, beside which the sandbox must not run. */
final class RealSettings {

    private static final List<String> MUST_BE_UNSET =
            List.of(
                    "hub.meta.access-token",
                    "hub.meta.graph-url",
                    "hub.db.url",
                    "hub.broker.url",
                    "hub.kafka.brokers",
                    "camel.component.kafka.brokers",
                    "hub.chatwoot.url",
                    "hub.chatwoot.api-token",
                    "hub.salesforce.login-url",
                    "hub.salesforce.instance-url",
                    "hub.salesforce.client-id",
                    "hub.salesforce.client-secret",
                    "hub.salesforce.pub-sub-host",
                    "hub.hubspot.access-token",
                    "hub.hubspot.url",
                    "hub.media.s3.bucket",
                    "hub.media.s3.endpoint",
                    "hub.media.s3.access-key");

    /** By these a real system would be taken for the simulated one. */
    private static final List<String> MUST_BE_INVENTED =
            List.of("hub.meta.app-secret", "hub.meta.verify-token", "hub.hubspot.client-secret");

    /** What a developer tries beside the sandbox runs on the same machine. */
    private static final List<String> MUST_BE_ON_LOOPBACK =
            List.of(
                    "hub.chatbot.url",
                    "hub.chatbot.token-url",
                    "hub.webhook.url",
                    "hub.broker.listen");

    private static final String INVENTED = "sandbox-";
    private static final String LOOPBACK = "localhost|127(\\.[0-9]{1,3}){3}|\\[::1]";

    private RealSettings() {}

    /** @return a sentence about each setting, without its value */
    static List<String> in(Environment environment) {
        var real = new ArrayList<String>();
        for (String name : MUST_BE_UNSET) {
            if (!value(environment, name).isEmpty()) {
                real.add(shown(name) + " is set: unset it");
            }
        }
        for (String name : MUST_BE_INVENTED) {
            String value = value(environment, name);
            if (!value.isEmpty() && !value.startsWith(INVENTED)) {
                real.add(
                        shown(name)
                                + " is set and may be a real one: unset it, or begin it with "
                                + INVENTED);
            }
        }
        for (String name : MUST_BE_ON_LOOPBACK) {
            String value = value(environment, name);
            if (!value.isEmpty() && !isOnLoopback(value)) {
                real.add(
                        shown(name)
                                + " leads away from this machine: unset it, or give an address"
                                + " such as http://127.0.0.1:5005/");
            }
        }
        return real;
    }

    static boolean isSet(Environment environment, String name) {
        return !value(environment, name).isEmpty();
    }

    /** Empty where nobody has set it; a blank default in a configuration file counts as not set. */
    private static String value(Environment environment, String name) {
        String value = environment.getProperty(name, "").strip();
        return value.isEmpty() ? environment.getProperty(variableFor(name), "").strip() : value;
    }

    private static boolean isOnLoopback(String address) {
        try {
            String host = URI.create(address).getHost();
            return host != null && host.toLowerCase(Locale.ROOT).matches(LOOPBACK);
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }

    private static String shown(String name) {
        return variableFor(name) + " (" + name + ")";
    }

    static String variableFor(String name) {
        return name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }
}
