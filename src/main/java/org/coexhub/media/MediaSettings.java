package org.coexhub.media;

import org.coexhub.settings.SettingRules;
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
        SettingRules.of("hub.media")
                .positive("max-size", maxSize, "100MB")
                .atLeast("parallel", parallel, 1, "4")
                .positive("timeout", timeout, "5m")
                .require(
                        hosts.stream()
                                .allMatch(host -> host.matches("[A-Za-z0-9-]+(\\.[A-Za-z0-9-]+)+")),
                        "hosts",
                        "must be host names without https:// and path",
                        "lookaside.fbsbx.com")
                .check();
    }
}
