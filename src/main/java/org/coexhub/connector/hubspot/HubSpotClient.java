package org.coexhub.connector.hubspot;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.platform.http.OutgoingHttp;
import org.springframework.stereotype.Component;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Set;

/**
 * Calls HubSpot's API, one request per call of a method, and says by the exception what a failure means to the
 * destination: a {@link DeliveryFailedException} says so itself, an {@link IOException} is waited out. What lies in no event is
 * passing: a token that is not valid (any more), a missing scope, a lock, a limit, an answer that leads elsewhere.
 */
@Component
class HubSpotClient implements AutoCloseable {

    private static final int LOCKED = 423;

    /** Token, scope, timeout, lock, limit, and an account that is being moved. */
    private static final Set<Integer> PASSING = Set.of(401, 403, 408, LOCKED, 429, 477);

    /** How long HubSpot locks records. */
    private static final Duration LOCK = Duration.ofSeconds(2);

    /** Of a hundred records with their properties. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(5);

    private final HubSpotSettings settings;
    private final MeterRegistry meters;
    private final DailyCalls calls;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http = new OutgoingHttp(LONGEST_CONNECT, MOST_BYTES);

    HubSpotClient(HubSpotSettings settings, MeterRegistry meters, InstantSource clock) {
        this.settings = settings;
        this.meters = meters;
        this.calls = new DailyCalls(settings.dailyShare(), clock);
        Gauge.builder("hub_hubspot_daily_calls_left", calls, DailyCalls::left)
                .description("Calls the account has left today, as HubSpot counts")
                .register(meters);
    }

    /** An answer that is a success, or one in part: 207, or 200 with errors where HubSpot knows no 207. */
    record Answer(int status, JsonNode body) {

        boolean isPartial() {
            return !body.path("errors").isEmpty();
        }
    }

    Answer get(String path) throws IOException {
        return done(call(request(path).GET().build()));
    }

    Answer post(String path, JsonNode body) throws IOException {
        return done(call(posting(path, body)));
    }

    /** Makes something that may be there already, which is as good. */
    void make(String path, JsonNode body) throws IOException {
        HttpResponse<byte[]> response = call(posting(path, body));
        if (response.statusCode() != 409) {
            done(response);
        }
    }

    private HttpRequest posting(String path, JsonNode body) throws IOException {
        return request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(json.writeValueAsBytes(body)))
                .build();
    }

    private HttpRequest.Builder request(String path) {
        String base = settings.url().toString().replaceAll("/+$", "");
        return HttpRequest.newBuilder(URI.create(base + path))
                .header("Authorization", "Bearer " + settings.accessToken())
                .header("Accept", "application/json");
    }

    private HttpResponse<byte[]> call(HttpRequest request) throws IOException {
        calls.spend();
        HttpResponse<byte[]> response = answer(request);
        calls.note(response.headers());
        meters.counter("hub_hubspot_calls", "status", Integer.toString(response.statusCode()))
                .increment();
        return response;
    }

    private HttpResponse<byte[]> answer(HttpRequest request) throws IOException {
        try {
            return http.send(request, settings.timeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("the hub stopped while HubSpot was asked");
        }
    }

    private Answer done(HttpResponse<byte[]> response) throws IOException {
        int status = response.statusCode();
        JsonNode body = parse(response.body());
        if (status >= 200 && status < 300) {
            return new Answer(status, body);
        }
        String category = body.path("category").asText("");
        String policy = body.path("policyName").asText("");
        String reason = ("HTTP " + status + " " + (policy.isEmpty() ? category : policy)).strip();
        if (status < 400 || status >= 500 || PASSING.contains(status)) {
            throw DeliveryFailedException.passing(reason, status, rest(response, policy));
        }
        throw DeliveryFailedException.lasting(reason, status);
    }

    /** How long HubSpot wants to be left alone: as it says, or by the name it gives the limit. */
    private static Duration rest(HttpResponse<byte[]> response, String policy) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .orElse(
                        switch (policy) {
                            case "SECONDLY" -> Duration.ofSeconds(1);
                            case "TEN_SECONDLY_ROLLING" -> Duration.ofSeconds(10);
                            case "DAILY" -> Duration.ofMinutes(5);
                            default -> response.statusCode() == LOCKED ? LOCK : null;
                        });
    }

    private JsonNode parse(byte[] body) throws IOException {
        try {
            JsonNode answer = json.readTree(body);
            return answer == null ? json.missingNode() : answer;
        } catch (JsonProcessingException notJson) {
            return json.missingNode();
        }
    }

    @Override
    public void close() {
        http.close();
    }
}
