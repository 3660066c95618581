package org.coexhub.connector.chatwoot.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import org.apache.camel.http.base.HttpOperationFailedException;
import org.coexhub.platform.http.MultipartForm;
import org.coexhub.platform.http.OutgoingHttp;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/**
 * Chatwoot's application API, as of version 4.18.
 *
 * <p>What is refused is a {@link HttpOperationFailedException} with Chatwoot's status. Refusals that say nothing of the
 * message are {@link ChatwootUnavailableException}, such as 401 and 403, which are about the token, or {@link ChatwootFloodedException}.
 * Everything else that goes wrong is another {@link IOException}, and its outcome unknown.
 */
public final class ChatwootClient implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(ChatwootClient.class);

    /** Chatwoot gives so many messages at once when it is asked for those after another. */
    private static final int PAGE = 100;

    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final int WORDS = 200;

    /** Of a hundred messages; Chatwoot takes 150,000 characters in one. */
    private static final int MOST_BYTES = 16 * 1024 * 1024;

    private final ChatwootSettings settings;
    private final ObjectMapper json = new ObjectMapper();
    private final OutgoingHttp http = new OutgoingHttp(CONNECT, MOST_BYTES);

    public ChatwootClient(ChatwootSettings settings) {
        this.settings = settings;
    }

    /** Contacts whose name, identifier, e-mail address or phone number contains the text. */
    public JsonNode contacts(String text) throws IOException, HttpOperationFailedException {
        return call("GET", "/contacts/search?q=" + encoded(text), null).path("payload");
    }

    /** @return the new contact's id */
    public long addContact(
            long inbox, String sourceId, String identifier, String phone, String name)
            throws IOException, HttpOperationFailedException {
        ObjectNode contact = json.createObjectNode();
        contact.put("inbox_id", inbox).put("source_id", sourceId).put("identifier", identifier);
        contact.put("name", name);
        if (phone != null) {
            contact.put("phone_number", phone);
        }
        return id(call("POST", "/contacts", contact).path("payload").path("contact"));
    }

    /** The contact's newest twenty conversations, newest first. */
    public JsonNode conversationsOf(long contact) throws IOException, HttpOperationFailedException {
        return call("GET", "/contacts/" + contact + "/conversations", null).path("payload");
    }

    /** The inbox's conversations, 25 a page, the latest active first. */
    public JsonNode conversations(long inbox, int page)
            throws IOException, HttpOperationFailedException {
        String query =
                "?status=all&assignee_type=all&sort_by=last_activity_at_desc&inbox_id="
                        + inbox
                        + "&page="
                        + page;
        return call("GET", "/conversations" + query, null).path("data").path("payload");
    }

    public JsonNode conversation(long conversation)
            throws IOException, HttpOperationFailedException {
        return call("GET", "/conversations/" + conversation, null);
    }

    public long addConversation(long inbox, long contact, String sourceId)
            throws IOException, HttpOperationFailedException {
        ObjectNode conversation = json.createObjectNode();
        conversation.put("inbox_id", inbox).put("contact_id", contact).put("source_id", sourceId);
        return id(call("POST", "/conversations", conversation));
    }

    /** Messages with a higher id, the oldest first, at most a hundred. */
    JsonNode messagesAfter(long conversation, long after)
            throws IOException, HttpOperationFailedException {
        return call("GET", messages(conversation) + "?after=" + after, null).path("payload");
    }

    /** The newest twenty messages, or the newest twenty with a lower id; the oldest first. */
    public JsonNode messagesBefore(long conversation, long before)
            throws IOException, HttpOperationFailedException {
        String query = before == 0 ? "" : "?before=" + before;
        return call("GET", messages(conversation) + query, null).path("payload");
    }

    /** The message with this {@code source_id}, among those with a higher id. */
    public OptionalLong find(long conversation, String sourceId, long after)
            throws IOException, HttpOperationFailedException {
        long from = after;
        while (true) {
            JsonNode page = messagesAfter(conversation, from);
            long newest = from;
            for (JsonNode message : page) {
                if (sourceId.equals(message.path("source_id").textValue())) {
                    return OptionalLong.of(id(message));
                }
                newest = Math.max(newest, message.path("id").asLong());
            }
            if (page.size() < PAGE || newest == from) {
                return OptionalLong.empty();
            }
            from = newest;
        }
    }

    /** @return the new message's id */
    public long post(long conversation, Post post, Attachment file)
            throws IOException, HttpOperationFailedException {
        ObjectNode message = json.createObjectNode();
        message.put("message_type", post.fromCustomer() ? "incoming" : "outgoing");
        message.put("private", post.side() == Post.Side.NOTE);
        message.put("source_id", post.key());
        message.put("external_created_at", post.at().getEpochSecond());
        if (post.content() != null) {
            message.put("content", post.content());
        }
        if (post.bot() && settings.botId() > 0) {
            message.put("sender_type", "AgentBot").put("sender_id", settings.botId());
        }
        if (!post.attributes().isEmpty()) {
            message.set("content_attributes", json.valueToTree(post.attributes()));
        }
        if (file == null) {
            return id(call("POST", messages(conversation), message));
        }
        MultipartForm form = RailsForm.of(message, file);
        var request =
                HttpRequest.newBuilder(settings.address(messages(conversation)))
                        .header("Content-Type", form.contentType())
                        .POST(form.body());
        return id(answer(request));
    }

    /** Tells what became of an outgoing message; of API inboxes only Chatwoot takes it. */
    public void status(long conversation, long message, String status, String error)
            throws IOException, HttpOperationFailedException {
        ObjectNode change = json.createObjectNode().put("status", status);
        if (error != null) {
            change.put("external_error", error);
        }
        call("PATCH", messages(conversation) + "/" + message, change);
    }

    private static String messages(long conversation) {
        return "/conversations/" + conversation + "/messages";
    }

    private JsonNode call(String method, String path, ObjectNode body)
            throws IOException, HttpOperationFailedException {
        var request = HttpRequest.newBuilder(settings.address(path));
        if (body == null) {
            request.method(method, BodyPublishers.noBody());
        } else {
            request.header("Content-Type", "application/json")
                    .method(method, BodyPublishers.ofByteArray(json.writeValueAsBytes(body)));
        }
        return answer(request);
    }

    private JsonNode answer(HttpRequest.Builder request)
            throws IOException, HttpOperationFailedException {
        HttpResponse<byte[]> response =
                exchange(
                        request.header("api_access_token", settings.apiToken())
                                .header("Accept", "application/json")
                                .build());
        if (response.statusCode() / 100 != 2) {
            throw refusal(response);
        }
        JsonNode answer = tree(response.body());
        if (!answer.isContainerNode()) {
            throw new IOException("Chatwoot's answer is not JSON");
        }
        return answer;
    }

    private HttpResponse<byte[]> exchange(HttpRequest request) throws IOException {
        try {
            return http.send(request, settings.timeout());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Chatwoot was asked", e);
        }
    }

    private HttpOperationFailedException refusal(HttpResponse<byte[]> response)
            throws ChatwootUnavailableException, ChatwootFloodedException {
        int status = response.statusCode();
        String words = words(tree(response.body()));
        if (status == 401 || status == 403) {
            throw new ChatwootUnavailableException(
                    "HTTP " + status + ": HUB_CHATWOOT_API_TOKEN is refused: " + words);
        }
        if (status == 422 && words.contains("Too many messages")) {
            throw new ChatwootFloodedException();
        }
        if (status == 422) {
            LOG.warn("Chatwoot refused {}: {}", response.uri().getPath(), words);
        }
        Map<String, String> headers =
                response.headers().map().entrySet().stream()
                        .collect(
                                Collectors.toMap(
                                        header -> header.getKey().toLowerCase(Locale.ROOT),
                                        header -> header.getValue().getFirst()));
        return new HttpOperationFailedException(
                response.uri().getPath(), status, words, null, headers, words);
    }

    /** Chatwoot's own reason: {@code error}, or of a record that is not valid {@code message}. */
    private static String words(JsonNode answer) {
        String words = answer.path("error").asText(answer.path("message").asText(""));
        return words.substring(0, Math.min(words.length(), WORDS));
    }

    private JsonNode tree(byte[] body) {
        try {
            JsonNode tree = json.readTree(body);
            return tree == null ? json.missingNode() : tree;
        } catch (IOException notJson) {
            return json.missingNode();
        }
    }

    private static long id(JsonNode created) throws IOException {
        if (!created.path("id").canConvertToLong() || !created.path("id").isIntegralNumber()) {
            throw new IOException("Chatwoot's answer names no id");
        }
        return created.path("id").asLong();
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        http.close();
    }
}
