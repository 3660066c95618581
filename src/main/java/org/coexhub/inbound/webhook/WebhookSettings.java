package org.coexhub.inbound.webhook;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.util.List;

/**
 * Settings of webhooks, as agreed upon with Meta.
 *
 * @param appSecret the app's secret; several while it is being rotated, any of them is accepted
 * @param verifyToken free text repeated by Meta in the handshake
 */
@ConfigurationProperties("hub.meta")
public record WebhookSettings(
        @DefaultValue({}) List<String> appSecret, @DefaultValue("") String verifyToken) {

    public WebhookSettings {
        appSecret = appSecret.stream().map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    @Override
    public String toString() {
        return "WebhookSettings[" + appSecret.size() + " app secrets]";
    }
}
