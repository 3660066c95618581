package org.coexhub.connector.hubspot;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.outbound.command.signed.UnverifiedCommandException;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** Against the values that HubSpot's own client for Python is tested with. */
class HubSpotSignatureTest {

    private static final String URI = "https://www.example.com/webhook_uri";
    private static final String TIMESTAMP = "15000000";
    private static final String SIGNATURE = "HPW73RUtKmcYoEDADG0s6MmGFWUzWJKAW07r8RDgcQw=";
    private static final Instant SENT = Instant.ofEpochMilli(15_000_000);
    private static final byte[] BODY =
            "{'example_field':'example_value'}".getBytes(StandardCharsets.UTF_8);

    private final HubSpotSignature signature =
            new HubSpotSignature(List.of("another", "yyyyyyyy-yyyy-yyyy-yyyy-yyyyyyyyyyyy"));

    @Test
    void takesHubSpotsExample() {
        assertThatCode(() -> signature.verify("POST", URI, BODY, TIMESTAMP, SIGNATURE, SENT))
                .doesNotThrowAnyException();
    }

    @Test
    void everyPartCounts() {
        refused("PUT", URI, BODY, TIMESTAMP, SIGNATURE, SENT);
        refused("POST", URI + "/", BODY, TIMESTAMP, SIGNATURE, SENT);
        refused("POST", URI, new byte[0], TIMESTAMP, SIGNATURE, SENT);
        refused("POST", URI, BODY, "15000001", SIGNATURE, SENT);
        refused("POST", URI, BODY, TIMESTAMP, SIGNATURE.toLowerCase(), SENT);
        refused("POST", URI, BODY, TIMESTAMP, null, SENT);
        refused("POST", URI, BODY, null, SIGNATURE, SENT);
        Duration most = Duration.ofMinutes(5);
        refused("POST", URI, BODY, TIMESTAMP, SIGNATURE, SENT.plus(most).plusMillis(1));
        refused("POST", URI, BODY, TIMESTAMP, SIGNATURE, SENT.minus(most).minusMillis(1));
        assertThatCode(
                        () ->
                                signature.verify(
                                        "POST", URI, BODY, TIMESTAMP, SIGNATURE, SENT.plus(most)))
                .doesNotThrowAnyException();
    }

    @Test
    void theCharactersOfHubSpotsTableCountAsDecodedAndNoOther() {
        assertThat(
                        HubSpotSignature.decoded(
                                "https://h/p?a=%3a%2F%3F%40%21%24%27%28%29%2A%2C%3B&b=%20%26%3D%25"))
                .isEqualTo("https://h/p?a=:/?@!$'()*,;&b=%20%26%3D%25");
    }

    private void refused(
            String method, String uri, byte[] body, String timestamp, String given, Instant now) {
        assertThatThrownBy(() -> signature.verify(method, uri, body, timestamp, given, now))
                .isInstanceOf(UnverifiedCommandException.class);
    }
}
