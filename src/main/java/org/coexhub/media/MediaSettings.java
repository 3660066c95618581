package org.coexhub.media;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.List;

/**
 * Fetching and keeping of media.
 *
 * @param fetch whether media of messages is fetched at all
 * @param maxSize larger files are not fetched
 * @param hosts where files may be fetched from, besides the Graph address itself; subdomains included
 * @param parallel files fetched by one node at the same time, at most
 * @param timeout longest time for one file, from the first byte to the last
 */
@ConfigurationProperties("hub.media")
public record MediaSettings(
        @DefaultValue("true") boolean fetch,
        @DefaultValue("100MB") DataSize maxSize,
        @DefaultValue("lookaside.fbsbx.com") List<String> hosts,
        @DefaultValue("4") int parallel,
        @DefaultValue("5m") Duration timeout) {

    public MediaSettings {
        if (maxSize.toBytes() < 1) {
            throw new IllegalArgumentException(
                    "hub.media.max-size must be more than nothing, e.g. 100MB");
        }
        if (parallel < 1) {
            throw new IllegalArgumentException("hub.media.parallel must be at least 1, e.g. 4");
        }
        if (timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "hub.media.timeout must be longer than nothing, e.g. 5m");
        }
        for (String host : hosts) {
            if (!host.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+")) {
                throw new IllegalArgumentException(
                        "hub.media.hosts must be host names without https:// and path, e.g."
                                + " lookaside.fbsbx.com");
            }
        }
    }
}
