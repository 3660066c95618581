package org.coexhub.connector.chatbot.http;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import org.coexhub.platform.http.AnswerTooLargeException;
import org.coexhub.platform.http.OutgoingHttp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Calls the bot over HTTP. Each {@link Call} has the time of one answer, however many requests it takes. */
public final class BotHttpClient {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(3);
    private static final int MOST_BYTES = 1024 * 1024;

    private final Duration timeout;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http = new OutgoingHttp(LONGEST_CONNECT, MOST_BYTES);

    public BotHttpClient(Duration timeout) {
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
         * @throws BotFailedException the time is over
         */
        public void pause(Duration pause) {
            if (left() <= pause.toNanos()) {
                throw BotFailedException.passing("no answer within " + timeout);
            }
            LockSupport.parkNanos(pause.toNanos());
            if (Thread.currentThread().isInterrupted()) {
                throw BotFailedException.passing("the hub stops");
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
            try {
                return read(http.send(request.build(), Duration.ofNanos(left())));
            } catch (AnswerTooLargeException e) {
                throw BotFailedException.unreadable("larger than 1 MiB");
            } catch (HttpConnectTimeoutException e) {
                throw BotFailedException.passing("no connection");
            } catch (HttpTimeoutException e) {
                throw BotFailedException.passing("no answer within " + timeout);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw BotFailedException.passing("the hub stops");
            } catch (IOException e) {
                throw BotFailedException.passing(e.getClass().getSimpleName());
            }
        }
    }

    private JsonNode read(HttpResponse<byte[]> response) {
        if (response.statusCode() / 100 != 2) {
            throw BotFailedException.status(response.statusCode(), retryAfter(response));
        }
        byte[] body = response.body();
        if (body.length == 0) {
            return MissingNode.getInstance();
        }
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw BotFailedException.unreadable("not JSON");
        } catch (IOException e) {
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
