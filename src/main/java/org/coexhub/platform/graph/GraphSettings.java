package org.coexhub.platform.graph;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;

/**
 * Settings of the connection to Graph.
 *
 * @param accessToken empty: nothing can be sent
 * @param graphUrl address without version
 * @param graphVersion such as {@code v24.0}
 * @param timeout longest wait for Graph's answer before the outcome counts as unknown
 */
@ConfigurationProperties("hub.meta")
public record GraphSettings(
        @DefaultValue("") String accessToken,
        @DefaultValue("https://graph.facebook.com") URI graphUrl,
        @DefaultValue("v24.0") String graphVersion,
        @DefaultValue("30s") Duration timeout) {

    public GraphSettings {
        SettingRules.of("hub.meta")
                .positive("timeout", timeout, "30s")
                .token("access-token", accessToken, "EAAG…")
                .address("graph-url", graphUrl.toString(), "https://graph.facebook.com")
                .require(
                        graphVersion.matches("v[0-9]{1,3}\\.[0-9]{1,3}"),
                        "graph-version",
                        "must be a version of the Graph API",
                        "v24.0")
                .check();
    }

    public boolean hasToken() {
        return !accessToken.isBlank();
    }

    /** Without the token. */
    @Override
    public String toString() {
        return "GraphSettings[graphUrl="
                + graphUrl
                + ", graphVersion="
                + graphVersion
                + ", timeout="
                + timeout
                + "]";
    }
}
