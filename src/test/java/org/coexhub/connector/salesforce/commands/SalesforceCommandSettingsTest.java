package org.coexhub.connector.salesforce.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.connector.salesforce.pubsub.PubSubSettings;
import org.coexhub.connector.salesforce.pubsub.SubscriptionSettings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.time.Duration;
import java.util.Map;

class SalesforceCommandSettingsTest {

    @Test
    void hasDefaults() {
        SalesforceCommandSettings settings = commands(Map.of());
        assertThat(settings.channel()).isEqualTo("/event/WhatsApp_Send__e");
        assertThat(settings.acceptOwn()).isFalse();
        assertThat(settings.guards())
                .isEqualTo(
                        new SubscriptionSettings(
                                Duration.ofMinutes(5),
                                SubscriptionSettings.OnExpired.EARLIEST,
                                Duration.ofSeconds(10)));

        PubSubSettings pubSub = pubSub(Map.of());
        assertThat(pubSub.pubSubHost()).isEqualTo("api.pubsub.salesforce.com");
        assertThat(pubSub.pubSubPort()).isEqualTo(7443);
        assertThat(pubSub.pubSubPlainText()).isFalse();
    }

    @Test
    void takesWhatIsGiven() {
        SalesforceCommandSettings settings =
                commands(
                        Map.of(
                                "channel",
                                "event/Other__e",
                                "on-expired",
                                "stop",
                                "watchdog",
                                "7m",
                                "number",
                                "106"));

        assertThat(settings.channel()).isEqualTo("event/Other__e");
        assertThat(settings.guards().onExpired()).isEqualTo(SubscriptionSettings.OnExpired.STOP);
        assertThat(settings.guards().watchdog()).isEqualTo(Duration.ofMinutes(7));
    }

    @ParameterizedTest
    @CsvSource({
        "channel,WhatsApp_Send__e",
        "channel,/event/*",
        "number,+44 7700",
        "watchdog,0s",
        "lease,100ms"
    })
    void refusesWhatCannotWork(String name, String value) {
        assertThatThrownBy(() -> commands(Map.of(name, value)))
                .rootCause()
                .hasMessageContaining("hub.salesforce.commands." + name);
    }

    @ParameterizedTest
    @CsvSource({
        "pub-sub-port,0",
        "pub-sub-host,https://api.pubsub.salesforce.com",
        "pub-sub-plain-text,true"
    })
    void sendsNoTokenInTheClearAcrossANetwork(String name, String value) {
        assertThatThrownBy(() -> pubSub(Map.of(name, value)))
                .rootCause()
                .hasMessageContaining("hub.salesforce." + name);
    }

    private static SalesforceCommandSettings commands(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("", SalesforceCommandSettings.class);
    }

    private static PubSubSettings pubSub(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bindOrCreate("", PubSubSettings.class);
    }
}
