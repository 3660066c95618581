package org.coexhub.send.graph;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.net.URI;
import java.time.Duration;

/**
 * How Graph is reached.
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
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "hub.meta.timeout must be longer than nothing, e.g. 30s");
        }
        if (graphUrl.getHost() == null) {
            throw new IllegalArgumentException(
                    "hub.meta.graph-url must be an address, e.g. https://graph.facebook.com");
        }
        if (!graphVersion.matches("v[0-9]{1,3}\\.[0-9]{1,3}")) {
            throw new IllegalArgumentException("hub.meta.graph-version must look like v24.0");
        }
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
