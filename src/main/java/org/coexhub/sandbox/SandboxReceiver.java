package org.coexhub.sandbox;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.List;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** The far end of the {@code webhook} destination: verifies Standard Webhooks signatures and keeps the last 200 deliveries. */
final class SandboxReceiver implements HttpHandler {
    private static final int REMEMBERED = 200;
    private static final Duration TOLERANCE = Duration.ofMinutes(5);

    /** One delivery; {@code verified} says whether signature and timestamp held. */
    record Delivery(Instant at, String webhookId, String type, boolean verified) {}

    private final ObjectMapper json = new ObjectMapper();
    private final byte[] key;
    private final Clock clock;
    private final Deque<Delivery> deliveries = new ArrayDeque<>();
    private volatile Runnable listener = () -> {};

    /** The secret as given to the hub: {@code whsec_} and base64. */
    SandboxReceiver(String secret, Clock clock) {
        this.key = Base64.getDecoder().decode(secret.replaceFirst("^whsec_", ""));
        this.clock = clock;
    }

    void onDelivery(Runnable newListener) {
        listener = newListener;
    }

    List<Delivery> deliveries() {
        synchronized (deliveries) {
            return List.copyOf(deliveries);
        }
    }

    @Override
    public void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String id = header(exchange, "webhook-id");
            boolean verified =
                    verify(
                            id,
                            header(exchange, "webhook-timestamp"),
                            header(exchange, "webhook-signature"),
                            body);
            remember(new Delivery(clock.instant(), id, type(body), verified));
            exchange.sendResponseHeaders(verified ? 204 : 401, -1);
        }
    }

    private boolean verify(String id, String timestamp, String signatures, byte[] body) {
        if (!timestamp.matches("\\d{1,12}")) {
            return false;
        }
        Instant signedAt = Instant.ofEpochSecond(Long.parseLong(timestamp));
        if (Duration.between(signedAt, clock.instant()).abs().compareTo(TOLERANCE) > 0) {
            return false;
        }
        byte[] expected =
                ("v1," + Base64.getEncoder().encodeToString(hmac(id + "." + timestamp + ".", body)))
                        .getBytes(StandardCharsets.US_ASCII);
        for (String signature : signatures.split(" ")) {
            if (MessageDigest.isEqual(expected, signature.getBytes(StandardCharsets.US_ASCII))) {
                return true;
            }
        }
        return false;
    }

    private byte[] hmac(String prefix, byte[] body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            mac.update(prefix.getBytes(StandardCharsets.UTF_8));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Every Java platform has HmacSHA256", e);
        }
    }

    private String type(byte[] body) throws IOException {
        try {
            JsonNode event = json.readTree(body);
            return event.path("type").asText("?");
        } catch (JsonProcessingException e) {
            return "not JSON";
        }
    }

    private void remember(Delivery delivery) {
        synchronized (deliveries) {
            deliveries.addLast(delivery);
            if (deliveries.size() > REMEMBERED) {
                deliveries.removeFirst();
            }
        }
        listener.run();
    }

    private static String header(HttpExchange exchange, String name) {
        String value = exchange.getRequestHeaders().getFirst(name);
        return value == null ? "" : value;
    }
}
