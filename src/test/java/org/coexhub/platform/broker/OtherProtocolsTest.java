package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.CamelContext;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.BrokerProcess;
import org.coexhub.testing.HubProcess;
import org.eclipse.paho.mqttv5.client.IMqttToken;
import org.eclipse.paho.mqttv5.client.MqttAsyncClient;
import org.eclipse.paho.mqttv5.client.MqttCallback;
import org.eclipse.paho.mqttv5.client.MqttConnectionOptions;
import org.eclipse.paho.mqttv5.client.MqttDisconnectResponse;
import org.eclipse.paho.mqttv5.client.persist.MemoryPersistence;
import org.eclipse.paho.mqttv5.common.MqttException;
import org.eclipse.paho.mqttv5.common.MqttMessage;
import org.eclipse.paho.mqttv5.common.packet.MqttProperties;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jms.core.JmsTemplate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A standalone Artemis with acceptors for AMQP 1.0 and MQTT: programs without its own client read events and send, and
 * bodies of every size come through as they do on the embedded one.
 */
class OtherProtocolsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpSink GRAPH = new HttpSink();
    private static final String CUSTOMER = "4917081";

    private static final String BATCHED =
            """
            - route:
                id: destination-batched
                from:
                  uri: destination:batched
                  parameters: {events: whatsapp.message.received, concurrency: 1, batch: 5}
                  steps:
                    - removeHeaders: {id: batched-clear, pattern: "*"}
                    - to:
                        id: batched-deliver
                        uri: "{{test.sink}}/batched"
                        parameters: {httpMethod: POST, skipResponseHeaders: true}
            """;

    private static BrokerProcess broker;
    private static StartedHub hub;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void start(@TempDir Path folder) throws Exception {
        broker = BrokerProcess.in(folder);
        hub =
                StartedHub.on(
                        HubFolder.fresh()
                                .idleDestination("rabbit")
                                .destination("batched", BATCHED)
                                .destination("rabbitmq", rabbitExample()),
                        "test.sink=" + GRAPH.url(""),
                        "rabbitmq.address=127.0.0.1:" + broker.port(),
                        "rabbitmq.user=" + HubProcess.BROKER_USER,
                        "rabbitmq.password=" + HubProcess.BROKER_PASSWORD,
                        "hub.meta.graph-url=" + GRAPH.url("/graph"),
                        "hub.broker.url=" + broker.url(),
                        "hub.broker.user=" + HubProcess.BROKER_USER,
                        "hub.broker.password=" + HubProcess.BROKER_PASSWORD);
    }

    @AfterAll
    static void stop() {
        hub.close();
        broker.close();
    }

    @Test
    void aProgramOfTheShippedBrokerWritesIntoNoQueueOfTheHub() throws Exception {
        try (var factory =
                        new ActiveMQConnectionFactory(
                                broker.url(),
                                BrokerProcess.PROGRAM_USER,
                                BrokerProcess.PROGRAM_PASSWORD);
                Connection connection = named(factory.createConnection());
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            for (String queue : List.of("wa.in", "wa.send", "wa.commands.own", "wa.dlq.in")) {
                assertThatThrownBy(
                                () ->
                                        session.createProducer(session.createQueue(queue))
                                                .send(session.createTextMessage("forged")))
                        .as(queue)
                        .isInstanceOf(JMSSecurityException.class);
                assertThatThrownBy(() -> session.createConsumer(session.createQueue(queue)))
                        .as(queue)
                        .isInstanceOf(JMSSecurityException.class);
            }
            connection.start();
            session.createDurableSubscriber(session.createTopic("wa.events"), "its").close();
            session.unsubscribe("its");
            Queue answers = session.createTemporaryQueue();
            var command = session.createTextMessage("no command");
            command.setJMSReplyTo(answers);
            session.createProducer(session.createQueue("wa.commands")).send(command);
            assertThat(session.createConsumer(answers).receive(PATIENCE.toMillis())).isNotNull();
        }
    }

    private static Connection named(Connection connection) throws JMSException {
        connection.setClientID("program");
        return connection;
    }

    @Test
    void anAmqpProgramReadsEventsAndItsCommandIsAnsweredAndSent() throws Exception {
        var factory =
                new JmsConnectionFactory(
                        HubProcess.BROKER_USER,
                        HubProcess.BROKER_PASSWORD,
                        "amqp://127.0.0.1:" + broker.port());
        try (Connection connection = factory.createConnection()) {
            connection.setClientID("amqp-program");
            connection.start();
            try (Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer events =
                            session.createDurableSubscriber(
                                    session.createTopic("wa.events"),
                                    "inbox",
                                    "type = 'whatsapp.message.received'",
                                    false)) {
                hub.post(messages(text(CUSTOMER, "wamid.amqp", now(), "by AMQP, ¿sí?")));

                Message message = events.receive(PATIENCE.toMillis());
                JsonNode event = json.readTree(body(message));
                assertThat(event.at("/data/text").asText()).isEqualTo("by AMQP, ¿sí?");
                assertThat(message.getStringProperty("cloudEvents_id"))
                        .isEqualTo(event.path("id").asText());

                var answers = session.createTemporaryQueue();
                TextMessage command = session.createTextMessage(command("sent by AMQP"));
                command.setStringProperty("idempotencyKey", "by-amqp");
                command.setJMSReplyTo(answers);
                command.setJMSCorrelationID("question 1");
                session.createProducer(session.createQueue("wa.commands")).send(command);

                Message answer = session.createConsumer(answers).receive(PATIENCE.toMillis());
                assertThat(answer.getJMSCorrelationID()).isEqualTo("question 1");
                assertThat(json.readTree(body(answer)).path("status").asText())
                        .isEqualTo("accepted");
                await().atMost(PATIENCE)
                        .until(() -> GRAPH.requests(".*/messages", "sent by AMQP").size() == 1);
            }
        }
    }

    @Test
    void theExampleForRabbitmqSendsByAmqp() throws Exception {
        hub.post(messages(text(CUSTOMER, "wamid.rabbit", now(), "by the example")));

        var factory =
                new ActiveMQConnectionFactory(
                        broker.url(), HubProcess.BROKER_USER, HubProcess.BROKER_PASSWORD);
        try (factory;
                Connection connection = factory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageConsumer queue =
                        session.createConsumer(
                                session.createQueue("wa.out.rabbit"),
                                "HubEventId = 'message:wamid.rabbit'")) {
            connection.start();
            Message message = queue.receive(PATIENCE.toMillis());
            assertThat(words(new String(body(message), StandardCharsets.UTF_8)))
                    .isEqualTo("by the example");
            assertThat(message.getStringProperty("cloudEvents_type"))
                    .isEqualTo("whatsapp.message.received");
        }
    }

    @Test
    void bodiesOfEverySizeReachAHandlerWhole() throws Exception {
        bodies().reachAHandlerWhole();
    }

    @Test
    void bodiesOfEverySizeGoInAndOutWhole() throws Exception {
        bodies().goInAndOutWhole("4917082", now(), hub::post);
    }

    @Test
    void deadLettersOfEverySizeAreListedAndReplayedAndDiscarded() throws Exception {
        bodies().areListedAndReplayedAndDiscardedAsDeadLetters("4917083");
    }

    private static EverySize bodies() {
        return new EverySize(
                hub.bean(Queues.class),
                hub.bean(ReceiverFactory.class),
                hub.bean(JmsTemplate.class),
                hub.bean(DeadLetters.class),
                hub.bean(CamelContext.class),
                GRAPH);
    }

    /** RabbitMQ's address of a queue, put as Artemis has it. */
    private static String rabbitExample() throws IOException {
        return Files.readString(Path.of("docs/examples/rabbitmq.camel.yaml"))
                .replace("/queues/whatsapp-events", "wa.out.rabbit");
    }

    @Test
    void anMqttProgramFindsWhatCameWhileItWasAway() throws Exception {
        var heard = new CopyOnWriteArrayList<String>();
        var options = new MqttConnectionOptions();
        options.setUserName(HubProcess.BROKER_USER);
        options.setPassword(HubProcess.BROKER_PASSWORD.getBytes(StandardCharsets.UTF_8));
        options.setCleanStart(false);
        options.setSessionExpiryInterval(3600L);
        subscribe(options, heard, "first");

        hub.post(messages(text(CUSTOMER, "wamid.mqtt.away", now(), "while away")));
        subscribe(options, heard, "second");

        assertThat(heard.stream().map(this::words))
                .containsSubsequence("first", "while away", "second");
    }

    /** Connects, waits for one message, and leaves. */
    private void subscribe(MqttConnectionOptions options, List<String> heard, String words)
            throws Exception {
        var client =
                new MqttAsyncClient(
                        "tcp://127.0.0.1:" + broker.port(),
                        "mqtt-program",
                        new MemoryPersistence());
        try {
            // Before it connects, for what waits comes at once.
            client.setCallback(new Hearing(heard));
            client.connect(options).waitForCompletion(PATIENCE.toMillis());
            client.subscribe("wa/events", 1).waitForCompletion(PATIENCE.toMillis());
            hub.post(messages(text(CUSTOMER, "wamid.mqtt." + words, now(), words)));
            await().atMost(PATIENCE)
                    .until(() -> heard.stream().map(this::words).toList().contains(words));
            client.disconnect().waitForCompletion(PATIENCE.toMillis());
        } finally {
            client.close(true);
        }
    }

    private record Hearing(List<String> heard) implements MqttCallback {

        @Override
        public void messageArrived(String topic, MqttMessage message) {
            heard.add(new String(message.getPayload(), StandardCharsets.UTF_8));
        }

        @Override
        public void disconnected(MqttDisconnectResponse response) {}

        @Override
        public void mqttErrorOccurred(MqttException error) {}

        @Override
        public void deliveryComplete(IMqttToken token) {}

        @Override
        public void connectComplete(boolean again, String server) {}

        @Override
        public void authPacketArrived(int reason, MqttProperties properties) {}
    }

    private String words(String event) {
        try {
            return json.readTree(event).at("/data/text").asText();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static String command(String words) {
        return """
        {"from":"%s","to":"%s","type":"text","text":{"body":"%s"}}\
        """
                .formatted(NUMBER, CUSTOMER, words);
    }

    private static byte[] body(Message message) throws Exception {
        return switch (message) {
            case TextMessage text -> text.getText().getBytes(StandardCharsets.UTF_8);
            case BytesMessage bytes -> bytes.getBody(byte[].class);
            default -> throw new AssertionError("neither text nor bytes: " + message);
        };
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
