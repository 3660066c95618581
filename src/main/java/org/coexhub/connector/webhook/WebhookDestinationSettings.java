package org.coexhub.connector.webhook;

import org.coexhub.platform.settings.SettingRules;
import org.coexhub.platform.settings.SigningSecret;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Settings of the destination {@code webhook}, which posts events to a receiver by HTTP.
 *
 * @param url receiver of all events; empty: no such destination
 * @param secret {@code whsec_} and 24 to 64 bytes in base64; two while rotating; never empty beside an address
 * @param events type patterns
 */
@ConfigurationProperties("hub.webhook")
record WebhookDestinationSettings(
        @DefaultValue("") String url,
        @DefaultValue({}) List<String> secret,
        @DefaultValue("whatsapp.*") String events) {

    WebhookDestinationSettings {
        secret = SigningSecret.filled(secret);
        var rules =
                SettingRules.of("hub.webhook")
                        .address("url", url, "https://crm.example.com/hook")
                        .require(
                                url.isBlank() || !secret.isEmpty(),
                                "secret",
                                "is missing: without a signature the receiver cannot know that an"
                                        + " event is the hub's",
                                "what this prints: echo whsec_$(openssl rand -base64 32)")
                        .eventTypes("events", events);
        SigningSecret.require(rules, "secret", secret);
        rules.check();
    }

    /** Without the secret. */
    @Override
    public String toString() {
        return "WebhookDestinationSettings[url=" + url + ", events=" + events + "]";
    }
}
