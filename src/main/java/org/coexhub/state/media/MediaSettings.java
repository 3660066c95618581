package org.coexhub.state.media;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

import java.time.Duration;
import java.util.List;

/**
 * Settings for fetching and keeping media.
 *
 * @param fetch whether media of messages is fetched at all
 * @param maxSize larger files are not fetched
 * @param hosts where files may be fetched from, besides the Graph address itself; subdomains included
 * @param parallel files fetched by one node at the same time, at most
 * @param maxDiskUsage percentage of the disk at which fetching stops; 5 below the embedded broker's limit in any case
 * @param dailyFiles files of one customer that are fetched on one day, at most
 * @param dailySize bytes of one customer's files that are fetched on one day, at most
 * @param timeout longest time for one file, from the first byte to the last
 */
@ConfigurationProperties("hub.media")
public record MediaSettings(
        @DefaultValue("true") boolean fetch,
        @DefaultValue("20MB") DataSize maxSize,
        @DefaultValue("lookaside.fbsbx.com") List<String> hosts,
        @DefaultValue("4") int parallel,
        @DefaultValue("80") int maxDiskUsage,
        @DefaultValue("200") int dailyFiles,
        @DefaultValue("500MB") DataSize dailySize,
        @DefaultValue("5m") Duration timeout) {

    public MediaSettings {
        SettingRules.of("hub.media")
                .positive("max-size", maxSize, "20MB")
                .atLeast("parallel", parallel, 1, "4")
                .between("max-disk-usage", maxDiskUsage, 1, 100, "80")
                .atLeast("daily-files", dailyFiles, 1, "200")
                .positive("daily-size", dailySize, "500MB")
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
