package org.coexhub.outbound.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.coexhub.outbound.command.queue.CommandLetters;
import org.coexhub.outbound.command.signed.StandardWebhooksSender;
import org.coexhub.platform.broker.Broker;
import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.sandbox.hubspot.Workflow;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.parallel.Isolated;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.jms.core.MessageCreator;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** Whatever is handed in as a command, the ordinary one right after it is through within seconds; on every database. */
@TestInstance(Lifecycle.PER_CLASS)
@Isolated("it measures time")
abstract class NoCommandStopsTheNextContract {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String SECRET = "whsec_Zmlyc3Qtc2VjcmV0LW9mLXRoZS1jb21tYW5kcw==";
    private static final String HUBSPOT_SECRET = "client-secret-of-the-test";
    private static final String HUBSPOT_URL = "https://hub.example.com/webhooks/hubspot";
    private static final AtomicInteger CUSTOMERS = new AtomicInteger(100_000);
    private static final HttpSink GRAPH = new HttpSink();
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final ObjectMapper json = new ObjectMapper();

    /** Another one each time: Meta's limit per customer would make the ordinary command wait. */
    private String customer;

    private StartedHub hub;
    private JmsTemplate jms;

    /** Starts it with the settings of this database and those. */
    final void start(Stream<String> database) throws Exception {
        Stream<String> settings =
                Stream.of(
                        "hub.commands.secret=" + SECRET,
                        "hub.hubspot.access-token=token-of-the-test",
                        "hub.hubspot.url=http://127.0.0.1:9",
                        "hub.hubspot.client-secret=" + HUBSPOT_SECRET,
                        "hub.hubspot.public-url=https://hub.example.com",
                        "hub.bulk.release-period=50",
                        "hub.meta.graph-url=" + GRAPH.url("/graph"));
        hub =
                StartedHub.on(
                        HubFolder.fresh(),
                        Stream.concat(settings, database).toArray(String[]::new));
        jms = hub.bean(JmsTemplate.class);
        jms.setReceiveTimeout(SOON.toMillis());
    }

    final void stop() {
        hub.close();
    }

    /** What is wrong with a command, as members beside sender and recipient. */
    enum Bad {
        IMAGE_WITHOUT_SCHEME("'type':'image','image':{'link':'//host/a.png'}"),
        BUTTON_WITHOUT_SCHEME(
                "'type':'interactive','interactive':{'type':'cta_url','body':{'text':'?'},'action':"
                    + "{'name':'cta_url','parameters':{'display_text':'Go','url':'//host/a'}}}"),
        HEADER_WITHOUT_SCHEME(
                "'type':'interactive','interactive':{'type':'button','header':{'type':'image','image':"
                    + "{'link':'//host/a.png'}},'body':{'text':'?'},'action':{'buttons':[{'type':'reply',"
                    + "'reply':{'id':'y','title':'Yes'}}]}}"),
        NUL_IN_GROUP("'to':'a\\u0000b','recipient_type':'group','type':'text','text':{'body':'x'}"),
        NUL_IN_TEMPLATE(
                "'type':'template','template':{'name':'a\\u0000','language':{'code':'en'}}"),
        NUL_IN_LANGUAGE("'type':'template','template':{'name':'a','language':{'code':'e\\u0000'}}"),
        NUL_IN_A_NAME("'type':'text','text':{'body':'x'},'a\\u0000':1"),
        HALF_A_CHARACTER("'type':'text','text':{'body':'\\ud83d'}"),
        UNKNOWN_TYPE("'type':'frobnicate','frobnicate':{'id':'1'}"),
        DEEP(
                "'type':'text','text':{'body':'x'},'deep':"
                        + ("{'" + "n".repeat(200) + "':").repeat(900)
                        + "'"
                        + "\\ud800'"
                        + "}".repeat(900)),
        NESTED("'type':'text','text':{'body':'x'},'in':" + "[".repeat(200) + "]".repeat(200)),
        WIDE(
                "'type':'text','text':{'body':'x'},'wide':{'"
                        + "n".repeat(40_000)
                        + "':["
                        + "'\\u0000',".repeat(18_000)
                        + "0]}"),
        LONG_NUMBER("'type':'text','text':{'body':'x'},'x':" + "1".repeat(999) + "e9"),
        OVERSIZED("'type':'text','text':{'body':'x'},'big':'" + "x".repeat(300_000) + "'"),
        LARGE("'type':'text','text':{'body':'x'},'big':'" + "x".repeat(5_000_000) + "'"),
        NO_JSON(null);

        private final String members;

        Bad(String members) {
            this.members = members;
        }

        private String command(String customer) {
            if (members == null) {
                return "{rubbish";
            }
            String to = members.contains("'to'") ? "" : "'to':'" + customer + "',";
            return quoted("{'from':'" + NUMBER + "'," + to + members + "}");
        }
    }

    /** Who hands it in, and is told what is wrong. */
    enum Source {
        REST {
            @Override
            void handIn(NoCommandStopsTheNextContract test, String command) throws Exception {
                test.answered(test.rest("/api/v1/messages", command));
            }
        },
        SIGNED {
            @Override
            void handIn(NoCommandStopsTheNextContract test, String command) throws Exception {
                test.answered(
                        StandardWebhooksSender.signed(
                                test.uri("/webhooks/commands"),
                                UUID.randomUUID().toString(),
                                Instant.now(),
                                command,
                                SECRET));
            }
        },
        HUBSPOT {
            @Override
            void handIn(NoCommandStopsTheNextContract test, String command) throws Exception {
                test.answered(
                        new Workflow(HUBSPOT_SECRET, Clock.systemUTC())
                                .post(test.uri("/webhooks/hubspot"), HUBSPOT_URL, command));
            }
        },
        JMS_BYTES {
            @Override
            void handIn(NoCommandStopsTheNextContract test, String command) {
                test.queued(
                        session -> {
                            BytesMessage message = session.createBytesMessage();
                            message.writeBytes(command.getBytes(StandardCharsets.UTF_8));
                            return message;
                        });
            }
        },
        JMS_TEXT {
            @Override
            void handIn(NoCommandStopsTheNextContract test, String command) {
                test.queued(session -> session.createTextMessage(command));
            }
        };

        abstract void handIn(NoCommandStopsTheNextContract test, String command) throws Exception;

        boolean isQueue() {
            return this == JMS_BYTES || this == JMS_TEXT;
        }
    }

    private int status;
    private JsonNode body;

    @BeforeEach
    void someoneElse() {
        customer = "4917" + CUSTOMERS.incrementAndGet();
    }

    @AfterEach
    void noDeadLetterIsLeft() {
        jms.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        while (jms.receive("wa.dlq.commands") != null) {
            // Taken.
        }
        jms.setReceiveTimeout(SOON.toMillis());
    }

    Stream<Arguments> everyBadCommand() {
        return Arrays.stream(Bad.values())
                .flatMap(bad -> sources(bad).map(source -> Arguments.of(bad, source)));
    }

    /** From whom this one comes: from everybody, unless a database is content with less. */
    Stream<Source> sources(Bad bad) {
        return Arrays.stream(Source.values());
    }

    @ParameterizedTest
    @MethodSource("everyBadCommand")
    void aBadCommandIsRefusedAndTheNextIsThroughAtOnce(Bad bad, Source source) throws Exception {
        source.handIn(this, bad.command(customer));
        int refused = status;
        String words = "next " + UUID.randomUUID();
        source.handIn(this, ordinary(words));

        if (!source.isQueue()) {
            assertThat(status).as("the ordinary one").isBetween(200, 202);
        }
        await(bad + " by " + source).atMost(SOON).until(() -> isSent(words));
        if (source.isQueue()) {
            Message dead = jms.receive("wa.dlq.commands");
            assertThat(dead).as("dead letter").isNotNull();
            assertThat(dead.getStringProperty("HubReason")).isNotBlank();
        } else {
            assertThat(refused).isIn(413, 422);
        }
    }

    @Test
    void aKeyTooLongForAnyHeaderIsRefusedAndTheNextIsThroughAtOnce() throws Exception {
        try (var connections = hub.bean(Broker.class).newConnectionFactory()) {
            connections.setMinLargeMessageSize(1_000_000);
            new JmsTemplate(connections).send("wa.commands", CommandWithLongKey::in);
        }
        String words = "next " + UUID.randomUUID();
        Source.JMS_BYTES.handIn(this, ordinary(words));

        await().atMost(SOON).until(() -> isSent(words));
        Message dead = jms.receive("wa.dlq.commands");
        assertThat(dead).as("dead letter").isNotNull();
        assertThat(dead.getStringProperty("HubReason")).contains("longer than 255");
        assertThat(dead.getStringProperty("idempotencyKey")).hasSize(256);
    }

    @Test
    void aLetterWithAKeyTooLongForAnyHeaderIsParked() throws Exception {
        new CommandLetters(jms.getConnectionFactory(), hub.bean(InstantSource.class))
                .park(new byte[150_000], CommandWithLongKey.KEY, "the hub failed at it");

        Message dead = jms.receive("wa.dlq.commands");
        assertThat(dead).as("dead letter").isNotNull();
        assertThat(dead.getStringProperty("idempotencyKey")).hasSize(256);
    }

    /** Neither key nor body are large by themselves; what they make together is, and its headers are too large for that. */
    private static final class CommandWithLongKey {
        static final String KEY = "k".repeat(60_000);

        static Message in(Session session) throws JMSException {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(new byte[150_000]);
            message.setStringProperty("idempotencyKey", KEY);
            return message;
        }
    }

    @ParameterizedTest
    @MethodSource("rowsThatAreBad")
    void aBulkWithABadRowEndsAndTellsWhatWasWrong(String row) throws Exception {
        String words = "bulk " + UUID.randomUUID();
        String bulk =
                """
                {'message':{'from':'%s','type':'template','template':{'name':'%s{{n}}','language':{'code':'en'}}},
                'recipients':[%s,{'to':'%s','variables':{'n':'1'}}]}
                """
                        .formatted(NUMBER, words, row.replace("CUSTOMER", customer), customer);
        answered(rest("/api/v1/bulk", quoted(bulk)));
        assertThat(status).isEqualTo(202);

        await().atMost(SOON).until(() -> isSent(words));
        String id = body.path("bulkId").asText();
        await().atMost(SOON)
                .until(
                        () ->
                                json.readTree(hub.get("/api/v1/bulk/" + id).body())
                                        .path("state")
                                        .asText()
                                        .equals("done"));
        JsonNode first =
                json.readTree(
                        hub.get("/api/v1/bulk/" + id + "/report").body().lines().findFirst().get());
        assertThat(first.path("state").asText()).isEqualTo("refused");
        assertThat(first.path("fault").asText()).isNotBlank();
    }

    static Stream<String> rowsThatAreBad() {
        return Stream.of(
                "{'to':'a\\u0000b','recipient_type':'group','variables':{'n':'1'}}",
                "{'to':'CUSTOMER','variables':{'n':'\\u0000'}}",
                "{'to':'CUSTOMER','variables':{'n':'1'},'a\\u0000':1}",
                "{'to':'CUSTOMER','variables':{'n':'" + "x".repeat(300_000) + "'}}");
    }

    /** Such a row would be in everybody's way: of a time that Java can write, the database reads another back or none. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "422|conversations/nobody/handover|{'to':'human','until':'-999999999-12-31T23:59:59Z'}",
                "422|conversations/nobody/handover|{'to':'human','until':'+999999999-12-31T23:59:59Z'}",
                "422|bulk|{'message':{'from':'%s','hub':{'sendAt':'+999999999-12-31T23:59:59Z'}},'recipients':[{}]}"
            })
    void aTimeThatNoDatabaseHoldsIsRefused(int expected, String path, String order)
            throws Exception {
        answered(rest("/api/v1/" + path, quoted(order.formatted(NUMBER))));

        assertThat(status).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "events?conversation=%00",
                "events?type=%00",
                "operations?name=%00",
                "costs?number=%00"
            })
    void aCharacterThatNoTextHoldsIsNoFaultOfTheHub(String query) throws Exception {
        assertThat(hub.get("/api/v1/" + query).statusCode()).isIn(200, 400);
    }

    private HttpRequest.Builder rest(String path, String body) {
        return HttpRequest.newBuilder(uri(path))
                .header("Authorization", "Bearer " + StartedHub.API_TOKEN)
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", UUID.randomUUID().toString())
                .POST(HttpRequest.BodyPublishers.ofString(body));
    }

    private void answered(HttpRequest.Builder request) throws Exception {
        answered(HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    }

    private void answered(HttpResponse<String> answer) throws Exception {
        status = answer.statusCode();
        body = json.readTree(answer.body());
    }

    private void queued(MessageCreator message) {
        jms.send("wa.commands", session -> withKey(message, session));
    }

    private static Message withKey(MessageCreator creator, Session session) throws JMSException {
        Message message = creator.createMessage(session);
        message.setStringProperty("idempotencyKey", UUID.randomUUID().toString());
        return message;
    }

    /** A template, which needs no message of the customer's before. */
    private String ordinary(String words) {
        return quoted(
                """
                {'from':'%s','to':'%s','type':'template','template':{'name':'%s','language':{'code':'en'}}}
                """
                        .formatted(NUMBER, customer, words));
    }

    private boolean isSent(String words) {
        return !GRAPH.requests("/graph/.*/messages", words).isEmpty();
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + hub.port() + path);
    }

    private static String quoted(String text) {
        return text.replace('\'', '"');
    }
}
