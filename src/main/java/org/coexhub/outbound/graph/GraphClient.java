package org.coexhub.outbound.graph;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.SendCommand;
import org.coexhub.outbound.graph.GraphResult.Accepted;
import org.coexhub.outbound.graph.GraphResult.NotSent;
import org.coexhub.outbound.graph.GraphResult.Refused;
import org.coexhub.outbound.graph.GraphResult.Unknown;
import org.coexhub.platform.graph.GraphSettings;
import org.coexhub.platform.http.OutgoingHttp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;

import javax.net.ssl.SSLHandshakeException;

/**
 * Calls Graph to send, once per call of {@link #send}. Never throws for what Graph or the network does: the answer says
 * what is known, and above all whether the message may be under way.
 */
public final class GraphClient implements AutoCloseable {

    private static final Duration LONGEST_CONNECT = Duration.ofSeconds(10);
    private static final Duration LONGEST_RETRY_AFTER = Duration.ofHours(1);

    /** Of an answer, which tells an id and two names, or an error. */
    private static final int MOST_BYTES = 1024 * 1024;

    /** The store's own, and far more than Meta's ids have. */
    private static final int LONGEST_ID = 256;

    private static final int SERVER_ERROR = 500;
    private static final int CLIENT_ERROR = 400;

    private final GraphSettings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http;

    public GraphClient(GraphSettings settings) {
        this.settings = settings;
        Duration connect =
                settings.timeout().compareTo(LONGEST_CONNECT) < 0
                        ? settings.timeout()
                        : LONGEST_CONNECT;
        this.http = new OutgoingHttp(connect, MOST_BYTES);
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
                        .header("Authorization", "Bearer " + settings.accessToken())
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(bytes(body(id, command))))
                        .build();
        try {
            return read(http.send(request, settings.timeout()), command.isReceipt());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Unknown("the hub stopped while Graph was asked");
        } catch (IOException e) {
            return failure(e);
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
        ApiUsage usage = ApiUsage.of(response.headers());
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

    private static GraphResult accepted(JsonNode answer, boolean receipt, ApiUsage usage) {
        if (receipt && answer.path("success").asBoolean()) {
            return new Accepted(null, null, null, usage);
        }
        String wamid = answer.path("messages").path(0).path("id").asText("");
        if (!isUsable(wamid)) {
            return new Unknown("HTTP 200 without a usable message id");
        }
        JsonNode contact = answer.path("contacts").path(0);
        return new Accepted(new Wamid(wamid), id(contact, "wa_id"), id(contact, "user_id"), usage);
    }

    /** Null as well where no identifier looks like that: the message is sent all the same. */
    private static String id(JsonNode contact, String name) {
        String id = text(contact, name);
        return id == null || isUsable(id) ? id : null;
    }

    private static boolean isUsable(String id) {
        return !id.isBlank() && id.length() <= LONGEST_ID && id.indexOf('\0') < 0;
    }

    private static Refused refused(
            JsonNode error, int status, Duration retryAfter, ApiUsage usage) {
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
        http.close();
    }
}
