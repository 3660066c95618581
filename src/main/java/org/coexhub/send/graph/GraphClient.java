package org.coexhub.send.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.command.CommandId;
import org.coexhub.command.SendCommand;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.send.graph.GraphResult.Accepted;
import org.coexhub.send.graph.GraphResult.NotSent;
import org.coexhub.send.graph.GraphResult.Refused;
import org.coexhub.send.graph.GraphResult.Unknown;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import javax.net.ssl.SSLHandshakeException;

/**
 * Calls Graph to send, once per call of {@link #send}. Never throws for what Graph or the network does: the answer says
 * what is known, and above all whether the message may be under way.
 */
public final class GraphClient implements AutoCloseable {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);
    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    private final GraphSettings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient http;

    public GraphClient(GraphSettings settings) {
        this.settings = settings;
        Duration connect =
                settings.timeout().compareTo(LONGEST_CONNECT) < 0
                        ? settings.timeout()
                        : LONGEST_CONNECT;
        this.http =
                HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .followRedirects(HttpClient.Redirect.NEVER)
                        .connectTimeout(connect)
                        .build();
    }

    /** The JSON that goes to Graph for this command. */
    public ObjectNode body(CommandId id, SendCommand command) {
        ObjectNode body = json.createObjectNode().put("messaging_product", "whatsapp");
        if (!command.isReceipt()) {
            body.put("recipient_type", "individual");
        }
        body.setAll(command.message());
        if (!command.isReceipt()) {
            body.put("biz_opaque_callback_data", id.value());
        }
        return body;
    }

    public GraphResult send(CommandId id, SendCommand command) {
        HttpRequest request =
                HttpRequest.newBuilder(messages(command.from()))
                        .timeout(settings.timeout())
                        .header("Authorization", "Bearer " + settings.accessToken())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(body(id, command))))
                        .build();
        // The request's own timeout ends with the headers; this one holds for an answer that stalls
        // halfway as well.
        CompletableFuture<HttpResponse<byte[]>> answer =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            HttpResponse<byte[]> response =
                    answer.get(settings.timeout().toMillis(), TimeUnit.MILLISECONDS);
            return read(response, command.isReceipt());
        } catch (TimeoutException e) {
            answer.cancel(true);
            return new Unknown("no answer within " + settings.timeout());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            return new Unknown("the hub stopped while Graph was asked");
        } catch (ExecutionException e) {
            return failure(e.getCause());
        }
    }

    /** Before a connection stands nothing can have been sent; afterwards nobody knows. */
    private static GraphResult failure(Throwable cause) {
        for (Throwable t = cause; t != null; t = t.getCause()) {
            if (t instanceof ConnectException
                    || t instanceof HttpConnectTimeoutException
                    || t instanceof UnknownHostException
                    || t instanceof UnresolvedAddressException
                    || t instanceof SSLHandshakeException) {
                return new NotSent(t.getClass().getSimpleName());
            }
        }
        return new Unknown(cause.getClass().getSimpleName() + ": " + cause.getMessage());
    }

    private GraphResult read(HttpResponse<byte[]> response, boolean receipt) {
        int status = response.statusCode();
        Usage usage = Usage.of(response.headers());
        JsonNode answer = parse(response.body());
        JsonNode error = answer.path("error");
        if (error.path("code").isIntegralNumber()) {
            return refused(error, status, retryAfter(response), usage);
        }
        if (status == 200) {
            return accepted(answer, receipt, usage);
        }
        if (status >= CLIENT_ERROR && status < SERVER_ERROR) {
            Duration later = retryAfter(response);
            return new Refused(
                    status,
                    null,
                    false,
                    "HTTP " + status + " without an error code",
                    null,
                    status,
                    later,
                    usage);
        }
        return new Unknown("HTTP " + status + " without an error code");
    }

    private static GraphResult accepted(JsonNode answer, boolean receipt, Usage usage) {
        if (receipt && answer.path("success").asBoolean()) {
            return new Accepted(null, null, null, usage);
        }
        String wamid = answer.path("messages").path(0).path("id").asText("");
        if (wamid.isBlank()) {
            return new Unknown("HTTP 200 without a message id");
        }
        JsonNode contact = answer.path("contacts").path(0);
        return new Accepted(
                new Wamid(wamid), text(contact, "wa_id"), text(contact, "user_id"), usage);
    }

    private static Refused refused(JsonNode error, int status, Duration retryAfter, Usage usage) {
        JsonNode subcode = error.path("error_subcode");
        String details =
                error.path("error_data").path("details").asText(error.path("message").asText(""));
        return new Refused(
                error.path("code").intValue(),
                subcode.isIntegralNumber() ? subcode.intValue() : null,
                true,
                details,
                text(error, "fbtrace_id"),
                status,
                retryAfter,
                usage);
    }

    private static Duration retryAfter(HttpResponse<byte[]> response) {
        return response.headers()
                .firstValue("Retry-After")
                .filter(value -> value.matches("[0-9]{1,6}"))
                .map(value -> Duration.ofSeconds(Long.parseLong(value)))
                .map(wait -> wait.compareTo(LONGEST_RETRY_AFTER) > 0 ? LONGEST_RETRY_AFTER : wait)
                .orElse(null);
    }

    private static String text(JsonNode node, String name) {
        return node.path(name).isTextual() ? node.get(name).textValue().strip() : null;
    }

    private JsonNode parse(byte[] body) {
        try {
            JsonNode answer = json.readTree(body);
            return answer == null ? json.missingNode() : answer;
        } catch (IOException notJson) {
            return json.missingNode();
        }
    }

    private byte[] bytes(ObjectNode body) {
        try {
            return json.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private URI messages(PhoneNumberId from) {
        String base = settings.graphUrl().toString().replaceAll("/+$", "");
        return URI.create(base + "/" + settings.graphVersion() + "/" + from.value() + "/messages");
    }

    /** Waits for nobody: a call under way belongs to a turn, and the turn's route is stopped before. */
    @Override
    public void close() {
        http.shutdownNow();
    }
}
