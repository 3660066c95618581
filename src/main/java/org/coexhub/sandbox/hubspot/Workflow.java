package org.coexhub.sandbox.hubspot;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Base64;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * A workflow's action "Send a webhook": one POST, signed with the app's client secret by version 3. HubSpot would repeat
 * it after 429 and 5xx for three days; here whoever runs the workflow decides.
 */
public final class Workflow {

    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final String clientSecret;
    private final InstantSource clock;

    public Workflow(String clientSecret, InstantSource clock) {
        this.clientSecret = clientSecret;
        this.clock = clock;
    }

    /**
     * @param door where the hub listens
     * @param known the address as it stands in the workflow, which may be that of a proxy; without encoded characters
     */
    public HttpResponse<String> post(URI door, String known, String body)
            throws IOException, InterruptedException {
        String timestamp = Long.toString(clock.instant().toEpochMilli());
        HttpRequest request =
                HttpRequest.newBuilder(door)
                        .header("Content-Type", "application/json")
                        .header("X-HubSpot-Request-Timestamp", timestamp)
                        .header("X-HubSpot-Signature-v3", sign("POST" + known + body + timestamp))
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build();
        return HTTP.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String sign(String content) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(
                    new SecretKeySpec(clientSecret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return Base64.getEncoder()
                    .encodeToString(mac.doFinal(content.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
