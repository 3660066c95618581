package org.coexhub.salesforce.pubsub;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the Pub/Sub API is.
 *
 * @param pubSubHost its host
 * @param pubSubPort its port
 * @param pubSubPlainText without TLS; for a simulated org on this machine only
 */
@ConfigurationProperties("hub.salesforce")
public record PubSubSettings(
        @DefaultValue("api.pubsub.salesforce.com") String pubSubHost,
        @DefaultValue("7443") int pubSubPort,
        @DefaultValue("false") boolean pubSubPlainText) {

    private static final int HIGHEST_PORT = 65_535;

    public PubSubSettings {
        if (!pubSubHost.matches("[A-Za-z0-9.-]+")) {
            throw new IllegalArgumentException(
                    "hub.salesforce.pub-sub-host must be a host without https:// and path, e.g."
                            + " api.pubsub.salesforce.com");
        }
        if (pubSubPort < 1 || pubSubPort > HIGHEST_PORT) {
            throw new IllegalArgumentException(
                    "hub.salesforce.pub-sub-port must be a port, e.g. 7443");
        }
        if (pubSubPlainText && !pubSubHost.matches("localhost|127(\\.[0-9]+){3}")) {
            throw new IllegalArgumentException(
                    "hub.salesforce.pub-sub-plain-text must be false, except for a simulated org on"
                            + " this machine: the access token travels along");
        }
    }
}
