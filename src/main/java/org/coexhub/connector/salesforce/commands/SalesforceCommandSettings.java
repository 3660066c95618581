package org.coexhub.connector.salesforce.commands;

import org.coexhub.connector.salesforce.pubsub.SubscriptionSettings;
import org.coexhub.platform.settings.SettingRules;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

import java.time.Duration;

/**
 * Settings of commands from Salesforce by platform event.
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
        @DefaultValue("earliest") SubscriptionSettings.OnExpired onExpired,
        @DefaultValue("10s") Duration lease) {

    private static final Duration SHORTEST_LEASE = Duration.ofSeconds(1);

    public SalesforceCommandSettings {
        SettingRules.of("hub.salesforce.commands")
                .require(
                        channel.matches("|/?event/[A-Za-z0-9_]+__e"),
                        "channel",
                        "must be the channel of a platform event",
                        "/event/WhatsApp_Send__e")
                .require(
                        number.matches("[0-9]{0,32}"),
                        "number",
                        "must be a phone number id, digits only",
                        "100200300400500")
                .positive("watchdog", watchdog, "5m")
                .require(
                        lease.compareTo(SHORTEST_LEASE) >= 0,
                        "lease",
                        "must be 1s or longer",
                        "10s")
                .check();
    }

    SubscriptionSettings guards() {
        return new SubscriptionSettings(watchdog, onExpired, lease);
    }
}
