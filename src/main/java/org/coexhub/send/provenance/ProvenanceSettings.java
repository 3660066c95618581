package org.coexhub.send.provenance;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * When a message counts as going round in circles.
 *
 * @param maxHops how many commands a command may follow from
 * @param circleWithin how long the same words to the same customer count as a copy; zero for never
 */
@ConfigurationProperties("hub.command")
public record ProvenanceSettings(
        @DefaultValue("2") int maxHops, @DefaultValue("60s") Duration circleWithin) {

    public ProvenanceSettings {
        if (maxHops < 0) {
            throw new IllegalArgumentException("hub.command.max-hops must be at least 0, e.g. 2");
        }
        if (circleWithin.isNegative()) {
            throw new IllegalArgumentException(
                    "hub.command.circle-within must not be less than nothing, e.g. 60s, or 0s for"
                            + " never");
        }
    }
}
