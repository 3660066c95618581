package org.coexhub.routes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Message;

import org.apache.camel.CamelContext;
import org.coexhub.Hub;
import org.coexhub.state.media.store.SwitchedDisk;
import org.coexhub.testing.MetaSignature;
import org.coexhub.testing.TestNumbers;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.micrometer.metrics.test.autoconfigure.AutoConfigureMetrics;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.TestConfiguration;
import org.springframework.boot.test.web.server.LocalManagementPort;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.context.annotation.Primary;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One whole hub for all tests that extend this: its own broker and database below a temporary folder, the shipped routes, some
 * destinations for tests, and receivers over real HTTP. Each test has a customer of its own, so none sees another's events.
 */
@SpringBootTest(
        classes = Hub.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        // What the hub asks for before anything else is read.
        properties = {
            "hub.meta.app-secret=" + HubTest.SECRET + "," + HubTest.SECOND_SECRET,
            "hub.meta.verify-token=" + HubTest.VERIFY_TOKEN,
            "hub.api-token=" + HubTest.API_TOKEN,
            "management.server.port=0"
        })
@AutoConfigureMetrics
@Execution(ExecutionMode.SAME_THREAD)
@Import(HubTest.Outside.class)
public abstract class HubTest {

    protected static final String SECRET = "first-secret-of-the-app";
    protected static final String SECOND_SECRET = "second-secret-of-the-app";
    protected static final String VERIFY_TOKEN = "verify-token-of-the-test";
    protected static final String API_TOKEN = "api-token-of-the-hub-under-test-0123";
    protected static final String META_TOKEN = "meta-token-of-the-test";
    protected static final String COMMANDS_SECRET =
            "whsec_Zmlyc3Qtc2VjcmV0LW9mLXRoZS1jb21tYW5kcw==,"
                    + "whsec_c2Vjb25kLXNlY3JldC1vZi10aGUtY29tbWFuZHM=";
    protected static final String TILL_SECRET = "whsec_dGlsbC1zZWNyZXQtb2YtdGhlLWNvbW1hbmRzISE=";
    protected static final HttpSink HTTP = new HttpSink();
    protected static final HubFolder FOLDER = TestDestinations.in(HubFolder.fresh());

    private static final AtomicInteger CUSTOMERS = new AtomicInteger(100_000);
    private static final HttpClient CLIENT =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @TestConfiguration(proxyBeanMethods = false)
    static class Outside {

        @Bean
        @Primary
        ShiftedClock shiftedClock() {
            return new ShiftedClock();
        }

        /** So that the machine of the test may be nearly full. */
        @Bean
        SwitchedDisk switchedDisk() {
            return new SwitchedDisk();
        }

        @Bean
        JmsTemplate jmsTemplate(ConnectionFactory connections) {
            return new JmsTemplate(connections);
        }
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) {
        registry.add("hub.data-dir", FOLDER::data);
        registry.add("hub.routes-dir", FOLDER::routes);
        registry.add("hub.numbers", () -> TestNumbers.ALL);
        registry.add("hub.meta.access-token", () -> META_TOKEN);
        registry.add("hub.meta.graph-url", () -> HTTP.url("/graph"));
        registry.add("hub.meta.timeout", () -> "5s");
        registry.add("hub.chatbot.url", () -> HTTP.url("/bot"));
        registry.add("hub.chatbot.token", () -> "chatbot-token-of-the-test");
        registry.add("hub.webhook.url", () -> HTTP.url("/receiver"));
        registry.add("hub.webhook.secret", () -> "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw");
        registry.add("hub.commands.secret", () -> COMMANDS_SECRET);
        registry.add("hub.commands.callers.till.secret", () -> TILL_SECRET);
        registry.add("hub.commands.callers.till.sources", () -> "crm,campaign");
        registry.add(
                "hub.commands.callers.till.numbers", () -> org.coexhub.testing.MetaBodies.NUMBER);
        registry.add("test.sink", () -> HTTP.url(""));
    }

    @Autowired protected ShiftedClock clock;

    @Autowired protected SwitchedDisk disk;

    @Autowired protected CamelContext camel;

    @Autowired protected JmsTemplate jms;

    @LocalServerPort private int port;

    @LocalManagementPort private int managementPort;

    /**
     * All classes share the queue that nobody delivers. Where it grew into pages, who looks for one event by a selector would
     * no longer find it behind those of other tests.
     */
    @BeforeEach
    void nothingOfOtherTestsIsGathered() {
        jms.execute(
                session -> {
                    try (var consumer =
                            session.createConsumer(session.createQueue("wa.out.gathering"))) {
                        Message left = consumer.receiveNoWait();
                        while (left != null) {
                            left = consumer.receiveNoWait();
                        }
                    }
                    return null;
                },
                true);
    }

    protected final ObjectMapper json = new ObjectMapper();

    /** A customer nobody else knows. */
    protected final String customer = "4917" + CUSTOMERS.incrementAndGet();

    @BeforeEach
    void waitForQueuesAtMost() {
        jms.setReceiveTimeout(10_000);
    }

    protected long now() {
        return clock.instant().getEpochSecond();
    }

    protected String wamid(Object name) {
        return "wamid." + customer + "." + name;
    }

    protected String conversation() {
        return org.coexhub.testing.MetaBodies.NUMBER + ":" + customer;
    }

    protected URI uri(String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }

    protected URI management(String path) {
        return URI.create("http://127.0.0.1:" + managementPort + path);
    }

    /** Posts the webhook signed as Meta does. */
    protected int post(byte[] body) throws Exception {
        return send(webhook(body)).statusCode();
    }

    protected HttpRequest.Builder webhook(byte[] body) {
        return HttpRequest.newBuilder(uri("/webhooks/whatsapp"))
                .header("Content-Type", "application/json")
                .header("X-Hub-Signature-256", MetaSignature.of(SECRET, body))
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
    }

    protected static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    protected HttpResponse<String> get(String path) throws Exception {
        return send(authorized(path));
    }

    protected JsonNode getJson(String path) throws Exception {
        return json.readTree(get(path).body());
    }

    protected HttpResponse<String> postJson(String path, String body) throws Exception {
        return send(
                authorized(path)
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"'))));
    }

    /** The operation that the answer began, once it has ended. */
    protected JsonNode ended(HttpResponse<String> answer) throws Exception {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(202);
        String place = answer.headers().firstValue("Location").orElseThrow();
        return await().until(
                        () -> getJson(place), o -> !o.path("state").asText().equals("running"));
    }

    protected HttpRequest.Builder authorized(String path) {
        return HttpRequest.newBuilder(uri(path)).header("Authorization", "Bearer " + API_TOKEN);
    }

    /** The next event of this test's conversation in the queue, or null when none comes. */
    protected Message nextIn(String queue) {
        return jms.receiveSelected(queue, "HubConversation = '" + conversation() + "'");
    }

    /** So many events of this test's conversation, in the order they lay in the queue. */
    protected List<JsonNode> nextIn(String queue, int count) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        while (events.size() < count) {
            Message message = nextIn(queue);
            if (message == null) {
                throw new AssertionError(
                        "only " + events.size() + " of " + count + " events came into " + queue);
            }
            events.add(event(message));
        }
        return events;
    }

    /** Asserts that nothing more lies there; to be called when something later has been seen. */
    protected boolean isEmptyFor(String queue) {
        jms.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        try {
            return nextIn(queue) == null;
        } finally {
            jms.setReceiveTimeout(10_000);
        }
    }

    protected JsonNode event(Message message) throws Exception {
        return json.readTree(bytes(message));
    }

    protected static byte[] bytes(Message message) throws Exception {
        return ((BytesMessage) message).getBody(byte[].class);
    }

    protected static String utf8(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
