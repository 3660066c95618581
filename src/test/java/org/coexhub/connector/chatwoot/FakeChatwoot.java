package org.coexhub.connector.chatwoot;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * One account of Chatwoot with one API inbox: the part of the application API that the hub uses, Chatwoot's refusals,
 * and its webhooks, signed and tried once. As of Chatwoot 4.18.
 */
public final class FakeChatwoot implements AutoCloseable {

    public static final long ACCOUNT = 1;
    public static final long INBOX = 3;
    public static final String TOKEN = "token-of-the-agent";
    public static final String SECRET = "secret-of-the-inbox";

    private static final String API = "/api/v1/accounts/" + ACCOUNT;
    public final List<String> requests = new CopyOnWriteArrayList<>();

    /** Status codes that webhooks were answered with; 0 for none. */
    final List<Integer> answers = new CopyOnWriteArrayList<>();

    public final ArrayNode messages;

    private final ObjectMapper json = new ObjectMapper();
    private final ArrayNode contacts = json.createArrayNode();
    private final ArrayNode conversations = json.createArrayNode();
    private final Map<Long, byte[]> files = new HashMap<>();
    private final ConcurrentLinkedDeque<Planned> planned = new ConcurrentLinkedDeque<>();
    private final AtomicInteger underWay = new AtomicInteger();
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final HttpClient http = HttpClient.newHttpClient();
    private final HttpServer server;
    private final InstantSource clock;
    private volatile URI webhook;
    private volatile ObjectNode last;
    private long ids = 100;
    private int mostMessages = 200;

    /** WEBHOOK_TIMEOUT. */
    private Duration patience = Duration.ofSeconds(5);

    /** What happens to the next request that fits, instead of the usual. */
    private record Planned(Pattern request, Trouble trouble) {}

    /** @see #plan */
    @FunctionalInterface
    interface Trouble {
        /** @param usual does what the request asks for, and gives the answer without sending it */
        void with(HttpExchange exchange, Usual usual) throws IOException;
    }

    @FunctionalInterface
    interface Usual {
        Answer now();
    }

    record Answer(int status, JsonNode body) {}

    public FakeChatwoot(InstantSource clock) {
        this.clock = clock;
        this.messages = json.createArrayNode();
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    /** Where the inbox sends its webhooks; null for nowhere. */
    void callback(URI address) {
        webhook = address;
    }

    public void limit(int messagesPerMinute) {
        mostMessages = messagesPerMinute;
    }

    void patience(Duration longest) {
        patience = longest;
    }

    /** @param request method and path, such as {@code POST .*messages} */
    public void plan(String request, Trouble trouble) {
        planned.add(new Planned(Pattern.compile(request), trouble));
    }

    public static Trouble refuse(int status, String body, String... header) {
        return (exchange, usual) -> {
            if (header.length > 0) {
                exchange.getResponseHeaders().set(header[0], header[1]);
            }
            send(exchange, status, body);
        };
    }

    /** Chatwoot does what it was asked, but the answer never arrives. */
    public static Trouble loseTheAnswer() {
        return (exchange, usual) -> {
            usual.now();
            exchange.close();
        };
    }

    /** The connection breaks before Chatwoot has read anything. */
    public static Trouble loseTheRequest() {
        return (exchange, usual) -> exchange.close();
    }

    private synchronized Answer perform(HttpExchange exchange, byte[] body) {
        URI uri = exchange.getRequestURI();
        if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("api_access_token"))) {
            return error(401, "Invalid Access Token");
        }
        if (!uri.getPath().startsWith(API + "/")) {
            return error(404, "Resource could not be found");
        }
        String route = exchange.getRequestMethod() + " " + uri.getPath().substring(API.length());
        Map<String, String> query = query(uri);
        Matcher id = Pattern.compile("[0-9]+").matcher(route);
        long first = id.find() ? Long.parseLong(id.group()) : 0;
        long second = id.find() ? Long.parseLong(id.group()) : 0;
        return switch (route.replaceAll("[0-9]+", "#")) {
            case "GET /contacts/search" -> search(query.getOrDefault("q", ""));
            case "POST /contacts" -> addContact(tree(body));
            case "GET /contacts/#/conversations" -> conversationsOf(first);
            case "GET /conversations" -> list(query);
            case "POST /conversations" -> addConversation(tree(body));
            case "GET /conversations/#" -> answer(find(conversations, first));
            case "GET /conversations/#/messages" -> messagesOf(first, query);
            case "POST /conversations/#/messages" ->
                    addMessage(first, fields(exchange, body), TOKEN);
            case "PATCH /conversations/#/messages/#" -> update(first, second, tree(body));
            default -> error(404, "Resource could not be found");
        };
    }

    private Answer search(String text) {
        ArrayNode found = json.createArrayNode();
        for (JsonNode contact : contacts) {
            String all =
                    contact.path("name").asText()
                            + "\n"
                            + contact.path("identifier").asText()
                            + "\n"
                            + contact.path("phone_number").asText();
            if (all.contains(text)) {
                found.add(contact);
            }
        }
        return payload(found);
    }

    private Answer addContact(JsonNode given) {
        String phone = given.path("phone_number").asText("");
        if (!phone.isEmpty() && !phone.matches("\\+[1-9]\\d{1,14}")) {
            return invalid("Phone number should be in e164 format", "phone_number");
        }
        for (String field : List.of("identifier", "phone_number")) {
            for (JsonNode contact : contacts) {
                if (given.hasNonNull(field) && contact.path(field).equals(given.path(field))) {
                    return invalid(
                            (field.equals("identifier") ? "Identifier" : "Phone number")
                                    + " has already been taken",
                            field);
                }
            }
        }
        ObjectNode contact = contacts.addObject().put("id", ++ids);
        for (String field : List.of("name", "identifier", "phone_number")) {
            contact.set(field, given.get(field));
        }
        ObjectNode answer = json.createObjectNode();
        answer.putObject("payload").set("contact", contact);
        return new Answer(200, answer);
    }

    private Answer conversationsOf(long contact) {
        ArrayNode found = json.createArrayNode();
        for (int i = conversations.size() - 1; i >= 0; i--) {
            if (contactOf(conversations.get(i)) == contact) {
                found.add(conversations.get(i));
            }
        }
        return find(contacts, contact) == null ? notFound() : payload(found);
    }

    private static long contactOf(JsonNode conversation) {
        return conversation.path("meta").path("sender").path("id").asLong();
    }

    private Answer list(Map<String, String> query) {
        var found = new ArrayList<JsonNode>();
        String status = query.getOrDefault("status", "open");
        for (JsonNode conversation : conversations) {
            boolean shown =
                    status.equals("all") || status.equals(conversation.path("status").asText());
            String inbox = conversation.path("inbox_id").asText();
            if (shown && inbox.equals(query.getOrDefault("inbox_id", inbox))) {
                found.add(conversation);
            }
        }
        found.sort(
                (a, b) ->
                        Long.compare(
                                b.path("last_activity_at").asLong(),
                                a.path("last_activity_at").asLong()));
        int page = Integer.parseInt(query.getOrDefault("page", "1"));
        ArrayNode shown = json.createArrayNode();
        found.stream().skip(25L * (page - 1)).limit(25).forEach(shown::add);
        ObjectNode answer = json.createObjectNode();
        answer.putObject("data").set("payload", shown);
        return new Answer(200, answer);
    }

    private Answer addConversation(JsonNode given) {
        JsonNode contact = find(contacts, given.path("contact_id").asLong());
        if (contact == null || given.path("inbox_id").asLong() != INBOX) {
            return notFound();
        }
        return answer(conversation(contact, given.path("source_id").asText()));
    }

    private ObjectNode conversation(JsonNode contact, String sourceId) {
        ObjectNode conversation = conversations.addObject();
        conversation.put("id", conversations.size()).put("inbox_id", INBOX).put("status", "open");
        conversation.put("last_activity_at", now());
        conversation.putArray("messages");
        conversation.putObject("meta").set("sender", contact);
        conversation.put("hidden_source_id", sourceId);
        return conversation;
    }

    private Answer messagesOf(long conversation, Map<String, String> query) {
        if (find(conversations, conversation) == null) {
            return notFound();
        }
        long after = Long.parseLong(query.getOrDefault("after", "-1"));
        long before = Long.parseLong(query.getOrDefault("before", "-1"));
        var found = new ArrayList<JsonNode>();
        for (JsonNode message : messages) {
            long id = message.path("id").asLong();
            if (message.path("conversation_id").asLong() == conversation
                    && id > after
                    && (before < 0 || id < before)) {
                found.add(message);
            }
        }
        int most = after >= 0 ? 100 : 20;
        int skip = after >= 0 ? 0 : Math.max(0, found.size() - most);
        ArrayNode page = json.createArrayNode();
        found.stream().skip(skip).limit(most).forEach(page::add);
        return payload(page);
    }

    private Answer addMessage(long id, JsonNode given, String by) {
        ObjectNode conversation = (ObjectNode) find(conversations, id);
        if (conversation == null) {
            return notFound();
        }
        long recent =
                all().filter(m -> m.path("created_at").asLong() > now() - 60)
                        .filter(m -> m.path("conversation_id").asLong() == id)
                        .count();
        if (recent >= mostMessages) {
            return error(422, "Validation failed: Too many messages");
        }
        ObjectNode message = messages.addObject().put("id", ++ids);
        boolean incoming = "incoming".equals(given.path("message_type").asText("outgoing"));
        message.set("content", given.get("content"));
        message.put("inbox_id", INBOX).put("conversation_id", id);
        message.put("message_type", incoming ? 0 : 1).put("status", "sent");
        message.put("created_at", now()).put("private", given.path("private").asBoolean());
        message.set("source_id", given.path("source_id"));
        JsonNode attributes = given.path("content_attributes");
        message.set(
                "content_attributes", attributes.isObject() ? attributes : json.createObjectNode());
        ObjectNode sender = message.putObject("sender");
        boolean bot = "AgentBot".equals(given.path("sender_type").asText());
        sender.put("type", incoming ? "contact" : bot ? "agent_bot" : "user");
        sender.put("name", incoming ? "the contact" : by.equals(TOKEN) ? "WhatsApp hub" : by);
        if (given.has("attachments")) {
            message.set("attachments", given.get("attachments"));
        }
        conversation.put("last_activity_at", now());
        if (incoming && "resolved".equals(conversation.path("status").asText())) {
            conversation.put("status", "open");
        }
        deliver(created(message, conversation), message);
        return answer(message);
    }

    private Answer update(long conversation, long id, JsonNode given) {
        ObjectNode message = (ObjectNode) find(messages, id);
        if (message == null || message.path("conversation_id").asLong() != conversation) {
            return notFound();
        }
        String status = given.path("status").asText();
        if (List.of("sent", "delivered", "read", "failed").contains(status)
                && !(status.equals("delivered")
                        && message.path("status").asText().equals("read"))) {
            message.put("status", status);
            ObjectNode attributes = message.withObject("/content_attributes");
            attributes.remove("external_error");
            if (status.equals("failed")) {
                attributes.set("external_error", given.get("external_error"));
            }
            deliver(updated(message), null);
        }
        return answer(message);
    }

    /** An agent begins a conversation with somebody the hub has not seen. */
    public synchronized long begin(String phone) {
        ObjectNode contact = contacts.addObject().put("id", ++ids).put("name", "New");
        contact.put("phone_number", phone).putNull("identifier");
        return conversation(contact, "2f1c6a3e-0000-4000-8000-000000000000").path("id").asLong();
    }

    /** An agent writes; files as {@code file_type} and address in turn. */
    public synchronized long reply(long conversation, String text, String... files) {
        ObjectNode message = json.createObjectNode().put("content", text);
        for (int i = 0; i < files.length; i += 2) {
            message.withArray("/attachments")
                    .addObject()
                    .put("file_type", files[i])
                    .put("data_url", files[i + 1]);
        }
        return addMessage(conversation, message, "Ada Agent").body().path("id").asLong();
    }

    /** An agent quotes a message of the conversation. */
    synchronized long quote(long conversation, String text, JsonNode quoted) {
        ObjectNode message = json.createObjectNode().put("content", text);
        ObjectNode attributes = message.putObject("content_attributes");
        attributes.set("in_reply_to", quoted.get("id"));
        attributes.set("in_reply_to_external_id", quoted.get("source_id"));
        return addMessage(conversation, message, "Ada Agent").body().path("id").asLong();
    }

    /** The id it gave last; the next are the numbers after it. */
    synchronized long newest() {
        return ids;
    }

    /** An agent presses Retry: the error is taken off, and the inbox told of a message that was updated. */
    synchronized void retry(long id) {
        ObjectNode message = (ObjectNode) find(messages, id);
        message.put("status", "sent");
        message.withObject("/content_attributes").remove("external_error");
        deliver(updated(message), null);
    }

    /** A message whose time nobody can read. */
    public synchronized void forgetTime(long id) {
        ((ObjectNode) find(messages, id)).putNull("created_at");
    }

    public synchronized void note(long conversation, String text) {
        ObjectNode message = json.createObjectNode().put("content", text).put("private", true);
        addMessage(conversation, message, "Ada Agent");
    }

    public synchronized void resolve(long id) {
        ObjectNode conversation = (ObjectNode) find(conversations, id);
        conversation.put("status", "resolved");
        ObjectNode event = conversation.deepCopy();
        event.put("event", "conversation_status_changed");
        deliver(event, null);
    }

    public synchronized void delete(long id) {
        for (int i = 0; i < conversations.size(); i++) {
            if (conversations.get(i).path("id").asLong() == id) {
                ((ObjectNode) conversations.get(i)).put("id", -id).put("inbox_id", 0);
            }
        }
    }

    /** All that agents see, in order: side, sender's kind, text. */
    public synchronized List<String> seen() {
        return all().map(
                        m ->
                                (m.path("private").asBoolean()
                                                ? "note"
                                                : m.path("message_type").asInt() == 0
                                                        ? "incoming"
                                                        : "outgoing")
                                        + ": "
                                        + m.path("content").asText())
                .toList();
    }

    public synchronized JsonNode message(long id) {
        return find(messages, id).deepCopy();
    }

    public synchronized JsonNode message(String sourceId) {
        return all().filter(m -> sourceId.equals(m.path("source_id").asText()))
                .findFirst()
                .<JsonNode>map(JsonNode::deepCopy)
                .orElse(json.missingNode());
    }

    public synchronized JsonNode contacts() {
        return contacts.deepCopy();
    }

    public synchronized JsonNode conversations() {
        return conversations.deepCopy();
    }

    public synchronized byte[] file(long message) {
        return files.get(message);
    }

    private java.util.stream.Stream<JsonNode> all() {
        var list = new ArrayList<JsonNode>();
        messages.forEach(list::add);
        return list.stream();
    }

    private ObjectNode created(ObjectNode message, ObjectNode conversation) {
        ObjectNode event = message.deepCopy();
        event.put("event", "message_created");
        event.put(
                "message_type",
                message.path("message_type").asInt() == 0 ? "incoming" : "outgoing");
        event.put("created_at", Instant.ofEpochSecond(now()).toString());
        event.putObject("account").put("id", ACCOUNT).put("name", "Shop");
        event.putObject("inbox").put("id", INBOX).put("name", "WhatsApp");
        ObjectNode whole = conversation.deepCopy();
        whole.putObject("contact_inbox").set("source_id", conversation.get("hidden_source_id"));
        event.set("conversation", whole);
        return event;
    }

    /** No webhook is under way; two at once come in any order, as from Chatwoot. */
    boolean isQuiet() {
        return underWay.get() == 0;
    }

    /** The same webhook once more, as a proxy in between may do. */
    void repeat() {
        ObjectNode event = last;
        threads.execute(() -> answers.add(post(webhook, event.toString())));
    }

    private ObjectNode updated(ObjectNode message) {
        JsonNode conversation = find(conversations, message.path("conversation_id").asLong());
        return created(message, (ObjectNode) conversation).put("event", "message_updated");
    }

    /** Once, whatever comes of it; a reply that could not be told is shown as failed. */
    private void deliver(ObjectNode event, ObjectNode message) {
        URI address = webhook;
        if (address == null) {
            return;
        }
        last = event;
        underWay.incrementAndGet();
        threads.execute(
                () -> {
                    int status = post(address, event.toString());
                    answers.add(status);
                    underWay.decrementAndGet();
                    if (message != null && status / 100 != 2) {
                        synchronized (this) {
                            message.put("status", "failed");
                            message.withObject("/content_attributes")
                                    .put("external_error", "HTTP " + status);
                        }
                    }
                });
    }

    private int post(URI address, String body) {
        String time = Long.toString(now());
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(address)
                            .timeout(patience)
                            .header("Content-Type", "application/json")
                            .header("X-Chatwoot-Timestamp", time)
                            .header("X-Chatwoot-Signature", signature(time + "." + body))
                            .POST(HttpRequest.BodyPublishers.ofString(body))
                            .build();
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        } catch (IOException e) {
            return 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    public static String signature(String signed) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            byte[] digest = mac.doFinal(signed.getBytes(StandardCharsets.UTF_8));
            return "sha256=" + HexFormat.of().formatHex(digest);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readAllBytes();
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI().getPath();
        requests.add(request);
        for (Planned plan : planned) {
            if (plan.request().matcher(request).matches() && planned.remove(plan)) {
                plan.trouble().with(exchange, () -> perform(exchange, body));
                return;
            }
        }
        String path = exchange.getRequestURI().getPath();
        if (path.startsWith("/blobs/")) {
            exchange.getResponseHeaders().set("Location", path.replace("/blobs/", "/storage/"));
            exchange.sendResponseHeaders(302, -1);
            exchange.close();
            return;
        }
        if (path.startsWith("/storage/")) {
            exchange.getResponseHeaders()
                    .set("Content-Type", path.endsWith(".png") ? "image/png" : "audio/webm");
            byte[] bytes = path.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, bytes.length);
            exchange.getResponseBody().write(bytes);
            exchange.close();
            return;
        }
        Answer answer = perform(exchange, body);
        send(exchange, answer.status(), answer.body().toString());
    }

    static void send(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json; charset=utf-8");
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    /** JSON, or a form as Rails reads it. */
    private JsonNode fields(HttpExchange exchange, byte[] body) {
        String type = exchange.getRequestHeaders().getFirst("Content-Type");
        if (!type.startsWith("multipart/form-data")) {
            return tree(body);
        }
        String boundary = "--" + type.replaceAll(".*boundary=", "");
        ObjectNode fields = json.createObjectNode();
        String text = new String(body, StandardCharsets.ISO_8859_1);
        for (String part : text.split(Pattern.quote(boundary))) {
            Matcher name = Pattern.compile("name=\"([^\"]+)\"").matcher(part);
            int head = part.indexOf("\r\n\r\n");
            if (head < 0 || !name.find()) {
                continue;
            }
            String value = part.substring(head + 4, part.length() - 2);
            Matcher member = Pattern.compile("(\\w+)\\[(\\w*)]").matcher(name.group(1));
            if (name.group(1).equals("attachments[]")) {
                files.put(ids + 1, value.getBytes(StandardCharsets.ISO_8859_1));
                Matcher file = Pattern.compile("filename=\"([^\"]*)\"").matcher(part);
                fields.withArray("/attachments")
                        .addObject()
                        .put("file_type", part.contains("image/") ? "image" : "file")
                        .put("data_url", url() + "/blobs/" + (file.find() ? file.group(1) : ""));
            } else if (member.matches()) {
                fields.withObject("/" + member.group(1)).put(member.group(2), utf8(value));
            } else {
                fields.put(name.group(1), utf8(value));
            }
        }
        return fields;
    }

    private static String utf8(String latin) {
        return new String(latin.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    }

    private static Map<String, String> query(URI uri) {
        var query = new HashMap<String, String>();
        if (uri.getRawQuery() != null) {
            for (String pair : uri.getRawQuery().split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(parts[0], URLDecoder.decode(parts[1], StandardCharsets.UTF_8));
            }
        }
        return query;
    }

    private static JsonNode find(ArrayNode list, long id) {
        for (JsonNode one : list) {
            if (one.path("id").asLong() == id) {
                return one;
            }
        }
        return null;
    }

    private JsonNode tree(byte[] body) {
        try {
            return json.readTree(body);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private long now() {
        return clock.instant().getEpochSecond();
    }

    private Answer answer(JsonNode found) {
        return found == null ? notFound() : new Answer(200, found.deepCopy());
    }

    private Answer payload(ArrayNode found) {
        return new Answer(200, json.createObjectNode().set("payload", found.deepCopy()));
    }

    private Answer notFound() {
        return error(404, "Resource could not be found");
    }

    private Answer error(int status, String words) {
        return new Answer(status, json.createObjectNode().put("error", words));
    }

    private Answer invalid(String words, String field) {
        ObjectNode body = json.createObjectNode().put("message", words);
        body.putArray("attributes").add(field);
        return new Answer(422, body);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
        http.close();
    }
}
