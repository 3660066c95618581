package org.coexhub.connector.hubspot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

import java.util.Map;

class HubSpotSettingsTest {

    @Test
    void withoutSettingsNothingGoesToHubSpotAndNothingComes() {
        HubSpotSettings defaults = bound(Map.of("hub.hubspot.url", "https://api.hubapi.com"));

        assertThat(defaults.accessToken()).isEmpty();
        assertThat(defaults.clientSecret()).isEmpty();
        assertThat(defaults.url()).hasToString("https://api.hubapi.com");
        assertThat(defaults.createContacts()).isEqualTo(HubSpotSettings.CreateContacts.CUSTOMERS);
        assertThat(defaults.dailyShare()).isEqualTo(90);
    }

    @Test
    void secretsAreNotInItsText() {
        HubSpotSettings settings =
                bound(
                        Map.of(
                                "hub.hubspot.access-token", "pat-secret",
                                "hub.hubspot.client-secret", "one, two",
                                "hub.hubspot.public-url", "https://hub.example.com"));

        assertThat(settings.clientSecret()).containsExactly("one", "two");
        assertThat(settings.toString()).doesNotContain("pat-secret").doesNotContain("one");
    }

    @Test
    void aWrongValueIsNamedWithAnExample() {
        wrong("url", "api.hubapi.com", "HUB_HUBSPOT_URL (hub.hubspot.url) must be an address");
        wrong("timeout", "0s", "(hub.hubspot.timeout) must be longer than nothing, e.g. 20s");
        wrong("daily-share", "150", "(hub.hubspot.daily-share) must be from 1 to 100, e.g.");
        wrong(
                "country-code",
                "UK",
                "(hub.hubspot.country-code) must be a country calling code, e.g.");
        wrong(
                "number",
                "+44 7700",
                "(hub.hubspot.number) must be a phone number id, digits only, e.g.");
        wrong(
                "access-token",
                "pat-secret\n",
                "(hub.hubspot.access-token) must be printable ASCII without spaces, e.g. pat-");
        wrong("client-secret", "s", "(hub.hubspot.public-url) must be the address");
    }

    private static void wrong(String name, String value, String fault) {
        assertThatThrownBy(() -> bound(Map.of("hub.hubspot." + name, value)))
                .rootCause()
                .hasMessageContaining(fault);
    }

    private static HubSpotSettings bound(Map<String, String> values) {
        return new Binder(new MapConfigurationPropertySource(values))
                .bind("hub.hubspot", HubSpotSettings.class)
                .get();
    }
}
