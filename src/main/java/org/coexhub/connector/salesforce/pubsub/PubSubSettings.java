package org.coexhub.connector.salesforce.pubsub;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of the connection to the Pub/Sub API.
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
        SettingRules.of("hub.salesforce")
                .require(
                        pubSubHost.matches("[A-Za-z0-9.-]+"),
                        "pub-sub-host",
                        "must be a host without https:// and path",
                        "api.pubsub.salesforce.com")
                .between("pub-sub-port", pubSubPort, 1, HIGHEST_PORT, "7443")
                .require(
                        !pubSubPlainText || pubSubHost.matches("localhost|127(\\.[0-9]+){3}"),
                        "pub-sub-plain-text",
                        "must be false, except for a simulated org on this machine: the access"
                                + " token travels along",
                        "false")
                .check();
    }
}
