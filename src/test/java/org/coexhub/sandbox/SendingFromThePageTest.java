package org.coexhub.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import org.awaitility.core.ConditionFactory;
import org.coexhub.Hub;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** What the page's composer does, called as the page calls it, with the whole hub behind it. */
class SendingFromThePageTest {
    private static final String ORDER_UPDATE =
            """
            {"name":"order_update","language":{"code":"en"},"components":[{"type":"body","parameters":[
            {"type":"text","text":"Ana"},{"type":"text","text":"1234"}]}]}\
            """;
    private static final String WE_MISS_YOU =
            """
            {"name":"we_miss_you","language":{"code":"en"},"components":[{"type":"body","parameters":[
            {"type":"text","text":"Priya"}]}]}\
            """;

    @TempDir static Path home;
    private static ConfigurableApplicationContext hub;

    private final HttpClient http = HttpClient.newHttpClient();
    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void start() {
        hub =
                new SpringApplicationBuilder(Hub.class)
                        .profiles(SandboxEnvironment.PROFILE)
                        .run(
                                "--server.port=0",
                                "--management.server.port=0",
                                "--hub.data-dir=" + home.resolve("data"),
                                "--hub.sandbox.past-chats=false",
                                "--hub.chatbot.url=http://127.0.0.1:9/off");
    }

    @AfterAll
    static void stop() {
        hub.close();
    }

    @AfterEach
    void mend() throws Exception {
        call("PUT", "/misbehaviour", "{}");
    }

    @Test
    void after24HoursTheTemplateGoesInPlaceOfTheText() throws Exception {
        String text = "\"text\":\"It is on the van.\",\"template\":" + ORDER_UPDATE;
        writes("ana", "Where is order 1234?");
        call("POST", "/customers/ana/window/close", null);

        String id = send("ana", "\"source\":\"agent\",\"whenClosed\":\"TEMPLATE\"," + text);

        soon().until(() -> state(id).equals("read"));
        assertThat(command(id).at("/standing/fallback").asBoolean()).isTrue();
        assertThat(command(id).path("customer").asText()).isEqualTo("ana");
        assertThat(bubbles("ana", "template")).hasSize(1);
        assertThat(bubbles("ana", "text")).hasSize(1);
    }

    @Test
    void whoNeverWroteIsSentNothingAndTheReasonIsTold() throws Exception {
        String id = send("mei", "\"source\":\"crm\",\"text\":\"hello\"");

        soon().until(() -> state(id).equals("rejected"));
        assertThat(command(id).at("/standing/reason").asText()).isEqualTo("window_closed");
        assertThat(command(id).at("/standing/detail").asText()).contains("fallbackTemplate");
        assertThat(bubbles("mei", "text")).isEmpty();
    }

    @Test
    void aTextThatMayWaitGoesOutWhenTheCustomerWrites() throws Exception {
        String id =
                send("priya", "\"source\":\"crm\",\"text\":\"hi Priya\",\"whenClosed\":\"HOLD\"");
        soon().until(() -> state(id).equals("held"));

        writes("priya", "hello?");

        soon().until(() -> state(id).equals("read"));
    }

    @Test
    void whoStoppedPromotionsGetsNone() throws Exception {
        call("PUT", "/customers/priya/offers", "{\"on\":false}");
        soon().until(() -> heard("whatsapp.preference.changed"));

        String id = send("priya", "\"source\":\"campaign\",\"template\":" + WE_MISS_YOU);

        soon().until(() -> state(id).equals("rejected"));
        assertThat(command(id).at("/standing/reason").asText()).isEqualTo("opted_out");
        assertThat(bubbles("priya", "template")).isEmpty();
    }

    @Test
    void whatWasSentWhileTheNetworkWasPulledIsUnresolvedAndThenSentOnce() throws Exception {
        writes("jonas", "Is the table free?");
        call("PUT", "/customers/jonas/phone", "{\"on\":false}");
        call("PUT", "/misbehaviour", "{\"network\":\"UNPLUGGED\"}");

        String id = send("jonas", "\"source\":\"agent\",\"text\":\"Yes, it is.\"");
        soon().until(() -> state(id).equals("unresolved"));
        assertThat(bubbles("jonas", "text")).hasSize(2);
        call("PUT", "/misbehaviour", "{\"network\":\"NONE\"}");

        soon().until(() -> state(id).equals("sent"));
        assertThat(command(id).at("/standing/transitions").findValuesAsText("state"))
                .containsExactly("accepted", "queued", "sending", "unresolved", "sent");
        assertThat(bubbles("jonas", "text")).hasSize(2);
    }

    @Test
    void aWishThatIsIncompleteIsNotHandedToTheHub() throws Exception {
        assertThat(post("/customers/ana/commands", "{\"source\":\"agent\"}").statusCode())
                .isEqualTo(422);
        String noTemplate = "{\"source\":\"agent\",\"text\":\"x\",\"whenClosed\":\"TEMPLATE\"}";
        assertThat(post("/customers/ana/commands", noTemplate).statusCode()).isEqualTo(422);
        HttpResponse<byte[]> refused =
                post("/customers/ana/commands", "{\"source\":\"nobody\",\"text\":\"x\"}");
        assertThat(refused.statusCode()).isEqualTo(502);
        assertThat(json.readTree(refused.body()).path("detail").asText()).contains("/hub/source");
    }

    /** Returns once the hub knows of it. */
    private void writes(String customer, String text) throws Exception {
        String wamid =
                json.readTree(
                                post(
                                                "/customers/" + customer + "/messages",
                                                "{\"text\":\"" + text + "\"}")
                                        .body())
                        .path("wamid")
                        .asText();
        soon().until(() -> state().path("events").toString().contains(wamid));
    }

    private String send(String customer, String members) throws Exception {
        HttpResponse<byte[]> answer =
                post("/customers/" + customer + "/commands", "{" + members + "}");
        assertThat(answer.statusCode()).isEqualTo(200);
        return json.readTree(answer.body()).path("commandId").asText();
    }

    private JsonNode command(String id) throws Exception {
        return stream(state().path("commands"))
                .filter(command -> command.path("id").asText().equals(id))
                .findFirst()
                .orElseThrow();
    }

    private String state(String id) throws Exception {
        return command(id).at("/standing/state").asText();
    }

    private boolean heard(String type) throws Exception {
        return stream(state().path("events"))
                .anyMatch(event -> event.path("type").asText().equals(type));
    }

    private List<JsonNode> bubbles(String customer, String type) throws Exception {
        return stream(state().path("chats"))
                .filter(chat -> chat.at("/customer/id").asText().equals(customer))
                .flatMap(chat -> stream(chat.path("bubbles")))
                .filter(bubble -> bubble.path("type").asText().equals(type))
                .toList();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private JsonNode state() throws Exception {
        return json.readTree(call("GET", "/state", null).body());
    }

    private HttpResponse<byte[]> post(String path, String body) throws Exception {
        return call("POST", path, body);
    }

    private HttpResponse<byte[]> call(String method, String path, String body) throws Exception {
        String port = hub.getEnvironment().getProperty("local.server.port");
        return http.send(
                HttpRequest.newBuilder(
                                URI.create("http://127.0.0.1:" + port + "/sandbox/api" + path))
                        .header("Content-Type", "application/json")
                        .method(
                                method,
                                body == null
                                        ? HttpRequest.BodyPublishers.noBody()
                                        : HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofByteArray());
    }

    private static ConditionFactory soon() {
        return await().atMost(Duration.ofSeconds(30)).pollInterval(Duration.ofMillis(50));
    }
}
