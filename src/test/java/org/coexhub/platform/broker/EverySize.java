package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import org.apache.camel.CamelContext;
import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.routes.HttpSink;
import org.springframework.jms.core.JmsTemplate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.stream.IntStream;

/**
 * Bodies of every class of size on their ways through a hub, mixed in one batch. Artemis keeps what is larger than 100 KB
 * apart from the message and hands it out in pieces; a batch of the hub is full at 512 KB.
 *
 * @param batched sink of the destination {@code batched}, which delivers several events at a time
 */
public record EverySize(
        Queues queues,
        ReceiverFactory receivers,
        JmsTemplate jms,
        DeadLetters letters,
        CamelContext camel,
        HttpSink batched) {

    /** In this order large and small ones alternate. */
    private static final List<Integer> BYTES =
            List.of(1, 300 * 1024, 102_399, 102_400, 524_287, 1024 * 1024, 524_288, 3_900_000);

    private static final String QUEUE = "wa.out.every-size";
    private static final String LETTERS_OF = "batched";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    /** Posts a webhook and tells the status. */
    @FunctionalInterface
    public interface Door {
        int post(byte[] body) throws Exception;
    }

    /** A handler finds all bodies of its batch, bytes, text and none. */
    public void reachAHandlerWhole() throws Exception {
        queues.ensure(QUEUE);
        List<byte[]> sent = new ArrayList<>();
        jms.execute(
                session -> {
                    try (var producer = session.createProducer(session.createQueue(QUEUE))) {
                        for (int size : BYTES) {
                            byte[] body = body(size);
                            sent.add(body);
                            producer.send(bytes(session, body));
                        }
                        sent.add(body(700_000));
                        producer.send(
                                session.createTextMessage(
                                        new String(sent.getLast(), StandardCharsets.UTF_8)));
                        sent.add(new byte[0]);
                        producer.send(session.createTextMessage());
                        sent.add(new byte[0]);
                        producer.send(session.createMapMessage());
                        sent.add(body(200_000));
                        producer.send(bytes(session, sent.getLast()));
                    }
                    return null;
                });
        List<byte[]> handled = new CopyOnWriteArrayList<>();
        List<Integer> batches = new CopyOnWriteArrayList<>();
        var all = new TransactedReceiver.Batch(100, Integer.MAX_VALUE, Duration.ofSeconds(2));
        TransactedReceiver receiver =
                receivers.start(
                        QUEUE,
                        1,
                        all,
                        TransactedReceiver.Pace.STEADY,
                        (messages, work) -> {
                            batches.add(messages.size());
                            messages.forEach(message -> handled.add(message.body()));
                        });
        try {
            await().atMost(PATIENCE).until(() -> handled.size() == sent.size());
        } finally {
            receiver.close();
        }
        assertThat(batches).containsExactly(sent.size());
        for (int i = 0; i < sent.size(); i++) {
            assertThat(Arrays.equals(handled.get(i), sent.get(i)))
                    .as("body %s of %s bytes, got %s", i, sent.get(i).length, handled.get(i).length)
                    .isTrue();
        }
    }

    /** From webhooks that are routed together to a destination with batches and to the topic for JMS programs. */
    public void goInAndOutWhole(String customer, long seconds, Door door) throws Exception {
        try (Subscription topic = new Subscription(customer)) {
            camel.getRouteController().stopRoute("events-live");
            List<String> ids = new ArrayList<>();
            try {
                for (int i = 0; i < 2 * BYTES.size(); i++) {
                    int size = BYTES.get(i % BYTES.size());
                    String wamid = "wamid." + customer + ".size." + i;
                    byte[] webhook = messages(text(customer, wamid, seconds, words(size)));
                    assertThat(door.post(webhook)).isEqualTo(200);
                    ids.add("message:" + wamid);
                }
            } finally {
                camel.getRouteController().startRoute("events-live");
            }

            assertThat(topic.events(ids.size()))
                    .extracting(event -> event.path("id").asText())
                    .containsExactlyElementsOf(ids);
            assertDelivered(ids);
        }
    }

    /** As many as were parked, each with what it holds when it is sent again, and none after they are dropped. */
    public void areListedAndReplayedAndDiscardedAsDeadLetters(String customer) throws Exception {
        List<String> ids =
                IntStream.range(0, 4 * BYTES.size())
                        .mapToObj(i -> "message:wamid.%s.letter.%03d".formatted(customer, i))
                        .toList();
        park(customer, ids);

        for (int time = 0; time < 3; time++) {
            assertThat(mine(customer)).extracting(DeadLetters.Letter::eventId).isEqualTo(ids);
        }
        int half = ids.size() / 2;
        List<String> replayed =
                mine(customer).subList(0, half).stream().map(DeadLetters.Letter::id).toList();
        assertThat(letters.replay(LETTERS_OF, replayed)).isEqualTo(half);
        assertDelivered(ids.subList(0, half));
        List<DeadLetters.Letter> rest = mine(customer);
        assertThat(rest)
                .extracting(DeadLetters.Letter::eventId)
                .isEqualTo(ids.subList(half, ids.size()));
        assertThat(letters.discard(LETTERS_OF, rest.stream().map(DeadLetters.Letter::id).toList()))
                .isEqualTo(rest.size());
        assertThat(mine(customer)).isEmpty();
    }

    private void park(String customer, List<String> ids) {
        jms.execute(
                session -> {
                    String queue = QueueNames.deadLetters(LETTERS_OF);
                    try (var producer = session.createProducer(session.createQueue(queue))) {
                        for (int i = 0; i < ids.size(); i++) {
                            String event =
                                    "{\"id\":\"%s\",\"data\":{\"text\":\"%s\"}}"
                                            .formatted(
                                                    ids.get(i), words(BYTES.get(i % BYTES.size())));
                            Message letter = bytes(session, event.getBytes(StandardCharsets.UTF_8));
                            letter.setStringProperty("HubEventId", ids.get(i));
                            letter.setStringProperty("HubConversation", customer);
                            letter.setStringProperty("JMSXGroupID", customer);
                            letter.setStringProperty("HubReason", "HTTP 422");
                            producer.send(letter);
                        }
                    }
                    return null;
                });
    }

    private List<DeadLetters.Letter> mine(String customer) {
        return letters.matching(
                letter -> customer.equals(letter.conversation()), Integer.MAX_VALUE);
    }

    private void assertDelivered(List<String> ids) throws Exception {
        await().atMost(PATIENCE)
                .pollInterval(Duration.ofMillis(500))
                .until(() -> delivered(ids).size() >= ids.size());
        List<JsonNode> events = delivered(ids);
        assertThat(events)
                .extracting(event -> event.path("id").asText())
                .containsExactlyElementsOf(ids);
        for (JsonNode event : events) {
            assertWhole(event);
        }
    }

    private List<JsonNode> delivered(List<String> ids) throws Exception {
        List<JsonNode> events = new ArrayList<>();
        for (HttpSink.Request request :
                batched.requests("/batched", ids.getFirst().split("\\.")[1])) {
            for (JsonNode event : JSON.readTree(request.body())) {
                if (ids.contains(event.path("id").asText())) {
                    events.add(event);
                }
            }
        }
        return events;
    }

    private static void assertWhole(JsonNode event) {
        String id = event.path("id").asText();
        int number = Integer.parseInt(id.substring(id.lastIndexOf('.') + 1));
        int size = BYTES.get(number % BYTES.size());
        assertThat(event.at("/data/text").asText().equals(words(size)))
                .as("text of %s bytes in %s", size, id)
                .isTrue();
    }

    private static BytesMessage bytes(Session session, byte[] body) throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(body);
        return message;
    }

    private static byte[] body(int size) {
        return words(size).getBytes(StandardCharsets.UTF_8);
    }

    /** No two places look alike, so that what is out of place is seen. */
    private static String words(int size) {
        var words = new StringBuilder(size + 8);
        for (int i = 10_000_000; words.length() < size; i++) {
            words.append(i);
        }
        return words.substring(0, size);
    }

    /** A JMS program that has subscribed to the topic. */
    private final class Subscription implements AutoCloseable {

        private final jakarta.jms.Connection connection;
        private final MessageConsumer consumer;

        private Subscription(String customer) throws JMSException {
            connection = jms.getConnectionFactory().createConnection();
            Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            consumer =
                    session.createConsumer(
                            session.createTopic(QueueNames.EVENTS_TOPIC),
                            "HubConversation LIKE '%" + customer + "'");
            connection.start();
        }

        private List<JsonNode> events(int count) throws Exception {
            List<JsonNode> events = new ArrayList<>();
            while (events.size() < count) {
                Message message = consumer.receive(PATIENCE.toMillis());
                assertThat(message).as("event %s", events.size()).isNotNull();
                JsonNode event = JSON.readTree(message.getBody(byte[].class));
                assertWhole(event);
                events.add(event);
            }
            return events;
        }

        @Override
        public void close() throws JMSException {
            consumer.close();
            connection.close();
        }
    }
}
