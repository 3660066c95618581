package org.coexhub.chatbot.line;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;

/** The HTTP line to the bot. Each {@link Call} has the time of one answer, however many requests it takes. */
public final class BotLine {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
    private static final int MOST_BYTES = 1024 * 1024;

    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http =
            HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(LONGEST_CONNECT)
                    .build();

    public BotLine(Duration timeout) {
        this.timeout = timeout;
    }

    public Call call() {
        return new Call(System.nanoTime() + timeout.toNanos());
    }

    /** The requests of one answer. */
    public final class Call {

        private final long end;

        private Call(long end) {
            this.end = end;
        }

        /** @param headers names and values in turn */
        public JsonNode post(URI uri, JsonNode body, String... headers) {
            return send(
                    request(uri, headers)
                            .header("Content-Type", "application/json")
                            .POST(BodyPublishers.ofByteArray(bytes(body))));
        }

        public JsonNode postForm(URI uri, String form) {
            return send(
                    request(uri)
                            .header("Content-Type", "application/x-www-form-urlencoded")
                            .POST(BodyPublishers.ofString(form)));
        }

        public JsonNode get(URI uri, String... headers) {
            return send(request(uri, headers).GET());
        }

        /**
         * Waits a little before the next look.
         *
         * @throws BotFailure the time is over
         */
        public void pause(Duration pause) {
            if (left() <= pause.toNanos()) {
                throw BotFailure.passing("no answer within " + timeout);
            }
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw BotFailure.passing("the hub stops");
            }
        }

        private long left() {
            return end - System.nanoTime();
        }

        private HttpRequest.Builder request(URI uri, String... headers) {
            var request = HttpRequest.newBuilder(uri).header("Accept", "application/json");
            for (int i = 0; i < headers.length; i += 2) {
                request.header(headers[i], headers[i + 1]);
            }
            return request;
        }

        private JsonNode send(HttpRequest.Builder request) {
            // Not the request's own timeout, which ends with the headers: an answer may stall
            // halfway.
            CompletableFuture<HttpResponse<byte[]>> answer =
                    http.sendAsync(request.build(), HttpResponse.BodyHandlers.ofByteArray());
            try {
                return read(answer.get(Math.max(0, left()), TimeUnit.NANOSECONDS));
            } catch (TimeoutException e) {
                answer.cancel(true);
                throw BotFailure.passing("no answer within " + timeout);
            } catch (InterruptedException e) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw BotFailure.passing("the hub stops");
            } catch (ExecutionException e) {
                throw BotFailure.passing(e.getCause().getClass().getSimpleName());
            }
        }
    }

    private JsonNode read(HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 != 2) {
            throw BotFailure.status(response.statusCode(), retryAfter(response));
        }
        byte[] body = response.body();
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        if (body.length > MOST_BYTES) {
            throw BotFailure.unreadable("larger than 1 MiB");
        }
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw BotFailure.unreadable("not JSON");
        } catch (java.io.IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Duration retryAfter(HttpResponse<?> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(v -> v.strip().matches("\\d{1,6}"))
                .map(v -> Duration.ofSeconds(Long.parseLong(v.strip())))
                .orElse(null);
    }

    private byte[] bytes(JsonNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
