package org.coexhub.connector.webhook;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.coexhub.delivery.fanout.EventHeaders;
import org.coexhub.inbound.journal.FrameMarks;
import org.coexhub.platform.http.Hmac;
import org.coexhub.platform.settings.SigningSecret;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Signs outgoing HTTP deliveries as standardwebhooks.com asks: {@code webhook-id} (made of the event's id, the same on every
 * attempt and replay), {@code webhook-timestamp} (seconds) and {@code webhook-signature}, one {@code v1,} HMAC-SHA256 per secret
 * over {@code <id>.<timestamp>.<body>}, so a receiver accepts either secret while one is being rotated.
 *
 * <p>Receivers and what lies between write headers into their logs, a wamid decodes to a phone number, and the specification
 * forbids dots. So the id is a hash, keyed so that nobody finds the number by trying them all.
 */
@Component("standardWebhooks")
@EnableConfigurationProperties(WebhookDestinationSettings.class)
class StandardWebhooks {

    private final WebhookDestinationSettings settings;
    private final List<Hmac> keys;
    private final Hmac idKey;
    private final InstantSource clock;

    StandardWebhooks(
            WebhookDestinationSettings settings, FrameMarks storeKeys, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.idKey = new Hmac(storeKeys.secretFor("webhook-id"));
        this.keys =
                settings.secret().stream()
                        .map(secret -> new Hmac(SigningSecret.bytes(secret)))
                        .toList();
    }

    /** Addresses and signs the exchange's body; no other header leaves with it. */
    public void sign(@Body byte[] body, Exchange exchange) {
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        Object batch = exchange.getProperty(EventHeaders.ID);
        Object events = batch == null ? headers.get(EventHeaders.ID) : batch;
        String id = idOf(String.valueOf(events));
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        headers.clear();
        headers.put(Exchange.HTTP_URI, settings.url());
        headers.put(Exchange.HTTP_METHOD, "POST");
        headers.put(Exchange.CONTENT_TYPE, "application/cloudevents+json");
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", timestamp);
        headers.put(
                "webhook-signature",
                keys.stream()
                        .map(key -> "v1," + signature(key, id, timestamp, body))
                        .collect(Collectors.joining(" ")));
    }

    private String idOf(String event) {
        byte[] hash = idKey.sign(event.getBytes(StandardCharsets.UTF_8));
        return "evt_" + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    }

    private static String signature(Hmac key, String id, String timestamp, byte[] body) {
        byte[] begin = (id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8);
        return Base64.getEncoder().encodeToString(key.sign(begin, body));
    }
}
