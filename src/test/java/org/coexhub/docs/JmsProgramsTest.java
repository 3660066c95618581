package org.coexhub.docs;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.jms.client.ActiveMQQueue;
import org.coexhub.platform.broker.Queues;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/** What a JMS program may count on: properties to select by, answers to commands, and its own transactions. */
@WithRunningHub
class JmsProgramsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int SOON = 200;

    private final ObjectMapper json = new ObjectMapper();
    private final String key = UUID.randomUUID().toString();
    private final RunningHub hub;
    private Connection connection;
    private Session session;

    JmsProgramsTest(RunningHub running) {
        hub = running;
    }

    @BeforeEach
    void connect() throws JMSException {
        connection = hub.foreignClient().createConnection();
        session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
        connection.start();
        hub.post("/sandbox/api/customers/ana/messages", "{\"text\":\"Opens the window\"}");
    }

    @AfterEach
    void leave() throws JMSException {
        connection.close();
    }

    @Test
    void theAttributesOfAnEventAreProperties() throws Exception {
        String sentence = "Is anybody at home? " + key;
        try (MessageConsumer own =
                session.createConsumer(
                        session.createTopic("wa.events"),
                        "cloudEvents_type = 'whatsapp.message.received' AND cloudEvents_subject ="
                            + " '100200300400500:GB.70155910293847561201' AND cloudEvents_time LIKE"
                            + " '20__-%Z'")) {
            hub.post("/sandbox/api/customers/mei/messages", "{\"text\":\"not selected\"}");
            hub.post(
                    "/sandbox/api/customers/ana/messages", "{\"text\":\"%s\"}".formatted(sentence));

            Message message = own.receive(PATIENCE.toMillis());
            while (!body(message).at("/data/text").asText().equals(sentence)) {
                assertThat(body(message).path("subject").asText())
                        .endsWith(":GB.70155910293847561201");
                message = own.receive(PATIENCE.toMillis());
            }

            JsonNode event = body(message);
            for (String name :
                    List.of(
                            "specversion",
                            "id",
                            "source",
                            "type",
                            "subject",
                            "time",
                            "origin",
                            "phonenumberid",
                            "partitionkey",
                            "receivedtime")) {
                assertThat(message.getStringProperty("cloudEvents_" + name))
                        .as(name)
                        .isEqualTo(event.path(name).asText());
            }
        }
    }

    @Test
    void aCommandIsAnsweredAsByRest() throws Exception {
        Destination answers = session.createTemporaryQueue();
        MessageConsumer inbox = session.createConsumer(answers);

        Message question = send(session, command(key), key, answers, null);
        Message answer = inbox.receive(PATIENCE.toMillis());
        assertThat(answer.getJMSCorrelationID()).isEqualTo(question.getJMSMessageID());
        assertThat(answer.getIntProperty("HubStatus")).isEqualTo(202);
        JsonNode byRest = hub.post("/api/v1/messages", command(key), "Idempotency-Key", key);
        assertThat(body(answer).path("status")).isEqualTo(byRest.path("status"));
        assertThat(body(answer).path("commandId"))
                .as("a program's keys are its own")
                .isNotEqualTo(byRest.path("commandId"));

        send(session, command(key), key, answers, "my own word");
        Message again = inbox.receive(PATIENCE.toMillis());
        assertThat(again.getJMSCorrelationID()).isEqualTo("my own word");
        assertThat(body(again)).isEqualTo(body(answer));

        String faulty = "{\"to\":\"49151\",\"type\":\"text\",\"text\":{}}";
        send(session, faulty, key + "-faulty", answers, null);
        Message refusal = inbox.receive(PATIENCE.toMillis());
        assertThat(refusal.getIntProperty("HubStatus")).isEqualTo(422);
        JsonNode problem = hub.post("/api/v1/messages", faulty, "Idempotency-Key", "x" + key);
        for (String member : List.of("title", "status", "detail", "errors")) {
            assertThat(body(refusal).get(member)).as(member).isEqualTo(problem.get(member));
        }
    }

    @Test
    void noAnswerGoesToQueuesOfTheHubOrTheBroker() throws Exception {
        List<Destination> forbidden =
                List.of(
                        new ActiveMQQueue("wa.dlq.broker"),
                        new ActiveMQQueue("x::wa.dlq.broker"),
                        new ActiveMQQueue("activemq.management"),
                        new ActiveMQQueue("nobody.made.this.queue"),
                        session.createTopic("wa.events"));
        for (Destination destination : forbidden) {
            send(session, command(key), key + destination, destination, null);
        }

        await().atMost(PATIENCE).until(() -> accepted(key) == forbidden.size());
        assertThat(hub.bean("queues", Queues.class).depth("wa.dlq.broker")).isZero();
        aProgramWritesAndReadsNothingElse();
    }

    private void aProgramWritesAndReadsNothingElse() throws Exception {
        for (String queue :
                List.of(
                        "wa.in",
                        "wa.history",
                        "wa.send",
                        "wa.commands.own",
                        "wa.out.shelf",
                        "wa.dlq.commands",
                        "wa.dlq.in",
                        "activemq.management")) {
            assertThatThrownBy(
                            () -> {
                                try (var producer =
                                        session.createProducer(session.createQueue(queue))) {
                                    producer.send(session.createTextMessage("forged"));
                                }
                            })
                    .as("send to " + queue)
                    .isInstanceOf(JMSSecurityException.class);
        }
        for (String queue : List.of("wa.in", "wa.commands", "wa.out.shelf", "wa.dlq.in")) {
            assertThatThrownBy(() -> session.createConsumer(session.createQueue(queue)))
                    .as("read " + queue)
                    .isInstanceOf(JMSSecurityException.class);
            assertThatThrownBy(
                            () ->
                                    session.createBrowser(session.createQueue(queue))
                                            .getEnumeration())
                    .as("browse " + queue)
                    .isInstanceOf(JMSException.class);
        }
        assertThatThrownBy(
                        () -> session.createConsumer(session.createQueue("x::wa.in")).receive(SOON))
                .isInstanceOf(JMSException.class);
        try (var factory = hub.foreignClient();
                var sessions = factory.getServerLocator().createSessionFactory();
                var core =
                        sessions.createSession(
                                factory.getUser(),
                                factory.getPassword(),
                                false,
                                true,
                                true,
                                false,
                                1)) {
            for (String wild : List.of("#", "*.in", "any.#", "w*")) {
                assertThatThrownBy(
                                () ->
                                        core.createAddress(
                                                SimpleString.of(wild), RoutingType.ANYCAST, false))
                        .as("an address " + wild)
                        .isInstanceOf(ActiveMQSecurityException.class);
            }
        }
        try (var producer = session.createProducer(session.createTopic("wa.events"))) {
            assertThatThrownBy(() -> producer.send(session.createTextMessage("{}")))
                    .isInstanceOf(JMSSecurityException.class);
        }
    }

    @Test
    void whoHasLeftBeforeTheAnswerHoldsNobodyUp() throws Exception {
        try (Connection hasty = hub.foreignClient().createConnection();
                Session own = hasty.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            hasty.start();
            Destination answers = own.createTemporaryQueue();
            send(own, command(key), key + 1, answers, null);
            try (MessageConsumer inbox = own.createConsumer(answers)) {
                assertThat(inbox.receive(PATIENCE.toMillis())).isNotNull();
            }
            hub.camel().getRouteController().stopRoute("commands-jms");
            send(own, command(key), key + 2, answers, null);
        } finally {
            hub.camel().getRouteController().startRoute("commands-jms");
        }
        send(session, command(key), key + 3, null, null);

        await().atMost(PATIENCE).until(() -> accepted(key) == 3);
    }

    @Test
    void whatAProgramRollsBackIsNotTaken() throws Exception {
        try (Session own = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            send(own, command(key + "-never"), key + "-never", null, null);
            own.rollback();
            send(own, command(key), key, null, null);
            own.commit();
        }

        await().atMost(PATIENCE).until(() -> accepted(key) == 1);
        assertThat(accepted(key + "-never")).isZero();
    }

    /** The client decodes a text before anybody can look at its size; a huge one would end the hub at each start. */
    @Test
    void theBrokerRefusesWhatIsFarLargerThanAnyCommand() throws Exception {
        String huge = "x".repeat(20 * 1024 * 1024);
        for (String queue : List.of("wa.commands", "wa.commands::wa.commands")) {
            try (var producer = session.createProducer(new ActiveMQQueue(queue))) {
                assertThatThrownBy(() -> producer.send(session.createTextMessage(huge)))
                        .as("to " + queue)
                        .isInstanceOf(JMSException.class)
                        .hasMessageContaining("16 MiB");
            }
        }
        try (Session own = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            assertThatThrownBy(
                            () -> {
                                send(own, command(key + "-with"), key + "-with", null, null);
                                send(own, huge, key + "-huge", null, null);
                                own.commit();
                            })
                    .as("within a transaction")
                    .isInstanceOf(JMSException.class);
        }
        send(session, command(key), key, null, null);

        await().atMost(PATIENCE).until(() -> accepted(key) == 1);
        assertThat(accepted(key + "-with")).isZero();
    }

    @Test
    void whatASubscriberRollsBackComesAgain() throws Exception {
        connection.close();
        connection = hub.foreignClient().createConnection();
        connection.setClientID("esb-" + key);
        connection.start();
        try (Session own = connection.createSession(true, Session.SESSION_TRANSACTED)) {
            try (MessageConsumer events =
                    own.createDurableSubscriber(
                            own.createTopic("wa.events"),
                            "inbox",
                            "type = 'whatsapp.message.received'",
                            false)) {
                for (int i = 1; i <= 2; i++) {
                    hub.post(
                            "/sandbox/api/customers/ana/messages",
                            "{\"text\":\"%s %d\"}".formatted(key, i));
                }
                List<String> expected = List.of(key + " 1", key + " 2");

                assertThat(two(events)).isEqualTo(expected);
                own.rollback();
                assertThat(two(events)).isEqualTo(expected);
                own.commit();

                assertThat(more(events)).isEmpty();
            }
            own.unsubscribe("inbox");
        }
    }

    /** Those of this test, for others may write at the same time. */
    private List<String> two(MessageConsumer events) throws Exception {
        var words = new ArrayList<String>();
        while (words.size() < 2) {
            Message message = events.receive(PATIENCE.toMillis());
            assertThat(message).isNotNull();
            String text = body(message).at("/data/text").asText();
            if (text.startsWith(key)) {
                words.add(text);
            }
        }
        return words;
    }

    /** What of this test still comes soon. */
    private List<String> more(MessageConsumer events) throws Exception {
        var words = new ArrayList<String>();
        for (Message message = events.receive(SOON);
                message != null;
                message = events.receive(SOON)) {
            String text = body(message).at("/data/text").asText();
            if (text.startsWith(key)) {
                words.add(text);
            }
        }
        return words;
    }

    /** How many commands with this correlation have become messages, or were refused by a rule. */
    private int accepted(String correlation) {
        return (int)
                hub
                        .get(
                                "/api/v1/events?limit=1000&type=whatsapp.message.sent,whatsapp.command.*")
                        .findValuesAsText("correlation")
                        .stream()
                        .filter(correlation::equals)
                        .count();
    }

    private static String command(String correlation) {
        return """
        {"from":"%s","to":"447700900123","type":"text","text":{"body":"%s"},
         "hub":{"sourceName":"esb","correlation":"%s"}}\
        """
                .formatted(RunningHub.NUMBER, "to be sent", correlation);
    }

    private static Message send(
            Session session, String command, String key, Destination replyTo, String correlation)
            throws JMSException {
        try (MessageProducer producer =
                session.createProducer(session.createQueue("wa.commands"))) {
            TextMessage message = session.createTextMessage(command);
            message.setStringProperty("idempotencyKey", key);
            message.setJMSReplyTo(replyTo);
            message.setJMSCorrelationID(correlation);
            producer.send(message);
            return message;
        }
    }

    private JsonNode body(Message message) throws Exception {
        return json.readTree(((BytesMessage) message).getBody(byte[].class));
    }
}
