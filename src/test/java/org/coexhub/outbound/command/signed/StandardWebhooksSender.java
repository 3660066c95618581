package org.coexhub.outbound.command.signed;

import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.stream.Collectors;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Signs requests as the Standard Webhooks specification asks a sender to; shares no code with the hub. */
public final class StandardWebhooksSender {

    private StandardWebhooksSender() {}

    public static HttpRequest.Builder signed(
            URI uri, String id, Instant at, String body, String... secrets) {
        String timestamp = Long.toString(at.getEpochSecond());
        return HttpRequest.newBuilder(uri)
                .header("Content-Type", "application/json")
                .header("webhook-id", id)
                .header("webhook-timestamp", timestamp)
                .header("webhook-signature", signatures(id, timestamp, body, secrets))
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    static String signatures(String id, String timestamp, String body, String... secrets) {
        String content = id + "." + timestamp + "." + body;
        return Arrays.stream(secrets)
                .map(secret -> "v1," + hmac(secret, content))
                .collect(Collectors.joining(" "));
    }

    private static String hmac(String secret, String content) {
        try {
            byte[] key = Base64.getDecoder().decode(secret.substring("whsec_".length()));
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
