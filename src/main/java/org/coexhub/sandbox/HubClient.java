package org.coexhub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** The hub's public API as any program outside would call it. Keeps the token on the server's side of the page. */
final class HubClient implements AutoCloseable {
    static final Duration LONGEST_WAIT = Duration.ofSeconds(20);

    private final ObjectMapper json;
    private final String token;
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .connectTimeout(Duration.ofSeconds(2))
                    .build();
    private volatile URI hub;

    HubClient(ObjectMapper json, String token) {
        this.json = json;
        this.token = token;
    }

    void connect(URI hubUrl) {
        hub = hubUrl;
    }

    /**
     * Reads a resource.
     *
     * @throws IOException if the hub refuses or cannot be reached
     */
    JsonNode get(String path) throws IOException, InterruptedException {
        return answer(request(path).GET().build());
    }

    /**
     * Posts JSON.
     *
     * @param headers names and values in turn
     * @throws IOException if the hub refuses, with its own words, or cannot be reached
     */
    JsonNode post(String path, Object body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                request(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return answer(request.build());
    }

    private JsonNode answer(HttpRequest request) throws IOException, InterruptedException {
        HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        JsonNode body = json.readTree(answer.body());
        if (answer.statusCode() >= 300) {
            String detail = body.path("detail").asText("HTTP " + answer.statusCode());
            JsonNode fault = body.path("errors").path(0);
            throw new IOException(
                    fault.isMissingNode()
                            ? detail
                            : detail
                                    + ": "
                                    + fault.path("pointer").asText()
                                    + " "
                                    + fault.path("detail").asText());
        }
        return body;
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(hub.resolve(path))
                .timeout(LONGEST_WAIT.plusSeconds(10))
                .header("Authorization", "Bearer " + token);
    }

    static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
