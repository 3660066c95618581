package org.coexhub.destination;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.stereotype.Component;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Signs outgoing HTTP deliveries as standardwebhooks.com asks: {@code webhook-id} (the event's id, the same on every
 * attempt), {@code webhook-timestamp} (seconds) and {@code webhook-signature}, one {@code v1,} HMAC-SHA256 per secret
 * over {@code <id>.<timestamp>.<body>}, so a receiver accepts either secret while one is being rotated.
 */
@Component("standardWebhooks")
@EnableConfigurationProperties(StandardWebhooks.Settings.class)
class StandardWebhooks {

    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";

    private final Settings settings;
    private final List<SecretKeySpec> keys;
    private final InstantSource clock;

    StandardWebhooks(Settings settings, InstantSource clock) {
        this.settings = settings;
        this.clock = clock;
        this.keys = settings.secret().stream().map(StandardWebhooks::key).toList();
    }

    /**
     * @param url receiver of all events; empty: no such destination
     * @param secret {@code whsec_} and 24 to 64 bytes in base64; two while rotating
     * @param events type patterns
     */
    @ConfigurationProperties("hub.webhook")
    record Settings(
            @DefaultValue("") String url,
            @DefaultValue({}) List<String> secret,
            @DefaultValue("whatsapp.*") String events) {

        @Override
        public String toString() {
            return "Settings[url=" + url + ", events=" + events + "]";
        }
    }

    /** Addresses and signs the exchange's body; no other header leaves with it. */
    public void sign(@Body byte[] body, Exchange exchange) {
        Map<String, Object> headers = exchange.getMessage().getHeaders();
        String id = String.valueOf(headers.get(EventHeaders.ID));
        String timestamp = Long.toString(clock.instant().getEpochSecond());
        headers.clear();
        headers.put(Exchange.HTTP_URI, settings.url());
        headers.put(Exchange.HTTP_METHOD, "POST");
        headers.put(Exchange.CONTENT_TYPE, "application/cloudevents+json");
        headers.put("webhook-id", id);
        headers.put("webhook-timestamp", timestamp);
        if (!keys.isEmpty()) {
            headers.put(
                    "webhook-signature",
                    keys.stream()
                            .map(key -> "v1," + signature(key, id, timestamp, body))
                            .collect(Collectors.joining(" ")));
        }
    }

    private static String signature(SecretKeySpec key, String id, String timestamp, byte[] body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            mac.update((id + "." + timestamp + ".").getBytes(StandardCharsets.UTF_8));
            return Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java lacks " + ALGORITHM, e);
        }
    }

    private static SecretKeySpec key(String secret) {
        try {
            String encoded = secret.startsWith(PREFIX) ? secret.substring(PREFIX.length()) : secret;
            return new SecretKeySpec(Base64.getDecoder().decode(encoded), ALGORITHM);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "HUB_WEBHOOK_SECRET is not whsec_ followed by base64; make one with: echo"
                            + " whsec_$(openssl rand -base64 32)");
        }
    }
}
