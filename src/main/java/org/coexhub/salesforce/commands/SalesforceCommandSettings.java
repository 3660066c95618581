package org.coexhub.salesforce.commands;

import org.coexhub.salesforce.pubsub.Guards;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Commands from Salesforce by platform event.
 *
 * @param channel the channel of the event; empty: Salesforce sends nothing by event
 * @param number phone number id that sends where the event names none; empty: each event has to
 * @param acceptOwn whether events count that the hub's own user published, or a Flow in consequence of what it wrote
 * @param watchdog a stream that is silent for so long is opened anew
 * @param onExpired what to do when Salesforce no longer knows the stored position
 * @param lease how long a node that listens is taken to be alive after its last sign of it
 */
@ConfigurationProperties("hub.salesforce.commands")
public record SalesforceCommandSettings(
        @DefaultValue("/event/WhatsApp_Send__e") String channel,
        @DefaultValue("") String number,
        @DefaultValue("false") boolean acceptOwn,
        @DefaultValue("5m") Duration watchdog,
        @DefaultValue("earliest") Guards.OnExpired onExpired,
        @DefaultValue("10s") Duration lease) {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    public SalesforceCommandSettings {
        if (!channel.matches("|/?event/[A-Za-z0-9_]+__e")) {
            throw new IllegalArgumentException(
                    "hub.salesforce.commands.channel must be the channel of a platform event, e.g."
                            + " /event/WhatsApp_Send__e");
        }
        if (!number.matches("[0-9]{0,32}")) {
            throw new IllegalArgumentException(
                    "hub.salesforce.commands.number must be a phone number id, digits only, e.g."
                            + " 100200300400500");
        }
        if (!watchdog.isPositive()) {
            throw new IllegalArgumentException(
                    "hub.salesforce.commands.watchdog must be longer than nothing, e.g. 5m");
        }
        if (lease.compareTo(SHORTEST_LEASE) < 0) {
            throw new IllegalArgumentException(
                    "hub.salesforce.commands.lease must be 1s or longer, e.g. 10s");
        }
    }

    Guards guards() {
        return new Guards(watchdog, onExpired, lease);
    }
}
