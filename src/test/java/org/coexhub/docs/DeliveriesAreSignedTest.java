package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What the destination webhook sends is verified by a receiver written from the Standard Webhooks specification alone. */
@WithRunningHub
class DeliveriesAreSignedTest {

    @Test
    void theReceiverAcceptsThePublishedExample() {
        byte[] body = "{\"test\": 2432232314}".getBytes(StandardCharsets.UTF_8);
        var example =
                new Inbox.Delivery(
                        "msg_p5jXN8AQM9LWM0D4loKWxJek",
                        "1614265330",
                        "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
                        "application/json",
                        body);

        assertThat(isGenuine(example, "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).isTrue();
        assertThat(isGenuine(example, Inbox.SECRET)).isFalse();
    }

    @Test
    void everyDeliveryOfTheHubIsSigned(RunningHub hub) {
        hub.post("/sandbox/api/customers/mei/messages", "{\"text\":\"Ñandú 🦤\"}");
        await().atMost(Duration.ofSeconds(30)).until(() -> hub.inbox().deliveries().size() > 1);

        assertThat(hub.inbox().deliveries())
                .allSatisfy(
                        delivery -> {
                            assertThat(isGenuine(delivery, Inbox.SECRET)).isTrue();
                            assertThat(isGenuine(delivery.tampered(), Inbox.SECRET)).isFalse();
                            assertThat(delivery.contentType())
                                    .isEqualTo("application/cloudevents+json");
                            assertThat(delivery.id()).startsWith("evt_");
                        });
    }

    private static boolean isGenuine(Inbox.Delivery delivery, String secret) {
        byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
        String signed = delivery.id() + "." + delivery.timestamp() + ".";
        byte[] expected = hmac(key, signed.getBytes(StandardCharsets.UTF_8), delivery.body());
        return Arrays.stream(delivery.signature().split(" "))
                .filter(one -> one.startsWith("v1,"))
                .map(one -> Base64.getDecoder().decode(one.substring("v1,".length())))
                .anyMatch(given -> MessageDigest.isEqual(given, expected));
    }

    private static byte[] hmac(byte[] key, byte[]... parts) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            for (byte[] part : parts) {
                mac.update(part);
            }
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
