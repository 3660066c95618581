package org.coexhub.outbound.bulk;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Settings of bulks: how much of one is on the way at once.
 *
 * @param inFlight commands of bulks that may be on their way to Meta at the same time, per business number
 */
@ConfigurationProperties("hub.bulk")
public record BulkSettings(@DefaultValue("20") int inFlight) {

    public BulkSettings {
        SettingRules.of("hub.bulk").atLeast("in-flight", inFlight, 1, "20").check();
    }
}
