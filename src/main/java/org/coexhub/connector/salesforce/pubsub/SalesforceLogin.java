package org.coexhub.connector.salesforce.pubsub;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.coexhub.connector.salesforce.client.SalesforceSettings;
import org.coexhub.platform.http.OutgoingHttp;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Logs in by the OAuth 2.0 client credentials flow, and keeps the session until it turns out to be over. */
final class SalesforceLogin implements AutoCloseable {

    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int MOST_BYTES = 1024 * 1024;

    private final SalesforceSettings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http = new OutgoingHttp(TIMEOUT, MOST_BYTES);
    private Session session;

    SalesforceLogin(SalesforceSettings settings) {
        this.settings = settings;
    }

    /** @throws IOException Salesforce cannot be reached, or refuses; the message says which and is fit for a log */
    Session session() throws IOException {
        if (session == null) {
            session = login();
        }
        return session;
    }

    /** The next {@link #session} is a new one. */
    void forget() {
        session = null;
    }

    private Session login() throws IOException {
        String form =
                "grant_type=client_credentials&client_id="
                        + encoded(settings.clientId())
                        + "&client_secret="
                        + encoded(settings.clientSecret());
        HttpRequest request =
                HttpRequest.newBuilder(
                                URI.create(
                                        withoutSlash(settings.loginUrl())
                                                + "/services/oauth2/token"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .header("Accept", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build();
        HttpResponse<byte[]> answer;
        try {
            answer = http.send(request, TIMEOUT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while logging in", e);
        } catch (IOException e) {
            throw new IOException("no login, Salesforce cannot be reached: " + e, e);
        }
        JsonNode body = tree(answer.body());
        if (answer.statusCode() != 200) {
            throw new IOException(
                    "no login, Salesforce answers "
                            + answer.statusCode()
                            + " "
                            + body.path("error").asText()
                            + "; see HUB_SALESFORCE_CLIENT_ID, HUB_SALESFORCE_CLIENT_SECRET and"
                            + " the client credentials flow of the connected app");
        }
        String[] identity = body.path("id").asText().split("/");
        String instance =
                settings.instanceUrl().isEmpty()
                        ? body.path("instance_url").asText()
                        : settings.instanceUrl();
        return new Session(
                body.path("access_token").asText(),
                withoutSlash(instance),
                identity.length < 2 ? "" : identity[identity.length - 2],
                identity[identity.length - 1]);
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException notJson) {
            return json.createObjectNode();
        }
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    private static String withoutSlash(String url) {
        return url.endsWith("/") ? url.substring(0, url.length() - 1) : url;
    }

    @Override
    public void close() {
        http.close();
    }
}
