package org.coexhub.outbound.send.rule;

import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings that say when a message counts as going round in circles.
 *
 * @param maxHops how many commands a command may follow from
 * @param circleWithin how long the same words to the same customer count as a copy; zero for never
 */
@ConfigurationProperties("hub.command")
public record ProvenanceSettings(
        @DefaultValue("2") int maxHops, @DefaultValue("60s") Duration circleWithin) {

    public ProvenanceSettings {
        SettingRules.of("hub.command")
                .atLeast("max-hops", maxHops, 0, "2")
                .require(
                        !circleWithin.isNegative(),
                        "circle-within",
                        "must not be less than nothing",
                        "60s, or 0s for never")
                .check();
    }
}
