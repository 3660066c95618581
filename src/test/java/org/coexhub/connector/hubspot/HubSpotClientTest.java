package org.coexhub.connector.hubspot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.connector.hubspot.HubSpotSettings.CreateContacts;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.sandbox.hubspot.Fault;
import org.coexhub.sandbox.hubspot.SimulatedHubSpot;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;

/** HubSpot's limits and errors, as the destination's failure policy is told of them. */
class HubSpotClientTest {

    private static final String CONTACTS = "/crm/v3/properties/contacts";
    private static final String SEARCH = "/crm/v3/objects/contacts/search";

    private final TestClock clock = new TestClock();
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private final SimulatedHubSpot hubSpot = new SimulatedHubSpot("token", clock, 0).start();
    private final HubSpotClient client = client("token", 50);

    @AfterEach
    void close() {
        client.close();
        hubSpot.close();
    }

    @Test
    void theBurstLimitAsksForTenSeconds() throws Exception {
        for (int i = 0; i < 190; i++) {
            client.get(CONTACTS);
        }
        assertThatThrownBy(() -> client.get(CONTACTS))
                .isInstanceOfSatisfying(
                        DeliveryFailedException.class, limit -> assertThat(limit.passes()).isTrue())
                .hasMessage("HTTP 429 TEN_SECONDLY_ROLLING");
        clock.advance(Duration.ofSeconds(10));
        assertThatCode(() -> client.get(CONTACTS)).doesNotThrowAnyException();
    }

    @Test
    void theSearchLimitAsksForOneSecond() throws Exception {
        var everything = new ObjectMapper().createObjectNode();
        for (int i = 0; i < 5; i++) {
            client.post(SEARCH, everything);
        }
        assertThatThrownBy(() -> client.post(SEARCH, everything))
                .isInstanceOfSatisfying(
                        DeliveryFailedException.class, limit -> assertThat(limit.passes()).isTrue())
                .hasMessage("HTTP 429 SECONDLY");
        assertThatCode(() -> client.get(CONTACTS)).doesNotThrowAnyException();
    }

    @Test
    void ofTheDaysCallsOnlyTheShareIsUsed() throws Exception {
        hubSpot.allow(1000, 100);
        for (int i = 0; i < 50; i++) {
            client.get(CONTACTS);
        }
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(() -> client.get(CONTACTS))
                    .isInstanceOf(DeliveryFailedException.class)
                    .hasMessageContaining("50 of 100 left");
        }
        assertThat(hubSpot.calls()).hasSize(50);
        assertThat(meters.get("hub_hubspot_daily_calls_left").gauge().value()).isEqualTo(50);

        clock.advance(DailyCalls.BETWEEN_LOOKS);
        client.get(CONTACTS);
        assertThatThrownBy(() -> client.get(CONTACTS)).isInstanceOf(DeliveryFailedException.class);
        hubSpot.newDay();
        clock.advance(DailyCalls.BETWEEN_LOOKS);
        client.get(CONTACTS);
        client.get(CONTACTS);
        assertThat(hubSpot.calls()).hasSize(53);
    }

    @Test
    void whatIsNoEventsFaultIsWaitedOut() {
        var everything = new ObjectMapper().createObjectNode();
        hubSpot.next("properties", Fault.LOCKED, Fault.UNAVAILABLE);
        hubSpot.next("search", Fault.ANSWER_LOST);

        assertThatThrownBy(() -> client.get(CONTACTS)).isInstanceOf(DeliveryFailedException.class);
        assertThatThrownBy(() -> client.post(SEARCH, everything)).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> client.get(CONTACTS))
                .isInstanceOfSatisfying(
                        DeliveryFailedException.class, away -> assertThat(away.passes()).isTrue());
        try (HubSpotClient stranger = client("revoked", 100)) {
            assertThatThrownBy(() -> stranger.get(CONTACTS))
                    .isInstanceOf(DeliveryFailedException.class)
                    .hasMessage("HTTP 401 INVALID_AUTHENTICATION");
        }
    }

    @Test
    void aWrongAddressIsNoEventsFault() {
        try (HubSpotClient lost = client("token", 100, hubSpot.url() + "/elsewhere")) {
            assertThatThrownBy(() -> new HubSpotProperties(lost).ensure())
                    .isInstanceOfSatisfying(
                            DeliveryFailedException.class,
                            fault -> assertThat(fault.passes()).isTrue())
                    .hasMessageContaining("HTTP 404");
        }
    }

    @Test
    void whatCannotBeTakenAsItIsIsNotTriedAgain() {
        var nothing = new ObjectMapper().createObjectNode();

        assertThatThrownBy(() -> client.post("/crm/v3/objects/contacts/batch/upsert", nothing))
                .isInstanceOfSatisfying(
                        DeliveryFailedException.class,
                        fault -> assertThat(fault.passes()).isFalse())
                .hasMessage("HTTP 400 VALIDATION_ERROR");
    }

    private HubSpotClient client(String token, int share) {
        return client(token, share, hubSpot.url() + "/");
    }

    private HubSpotClient client(String token, int share, String url) {
        var settings =
                new HubSpotSettings(
                        token,
                        URI.create(url),
                        Duration.ofSeconds(5),
                        CreateContacts.CUSTOMERS,
                        "",
                        share,
                        List.of(),
                        "",
                        "");
        return new HubSpotClient(settings, meters, clock);
    }
}
