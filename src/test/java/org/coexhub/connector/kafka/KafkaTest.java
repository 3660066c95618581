package org.coexhub.connector.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.coexhub.testing.MetaBodies.NUMBER;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.text;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import jakarta.jms.BytesMessage;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.coexhub.routes.HttpSink;
import org.coexhub.routes.HubFolder;
import org.coexhub.routes.StartedHub;
import org.coexhub.testing.KafkaProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jms.core.JmsTemplate;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** A real Kafka that is killed in between: no event and no command is missing, order per conversation is kept. */
class KafkaTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpSink GRAPH = new HttpSink();
    private static final String SEND = "/graph/v24.0/" + NUMBER + "/messages";
    private static final List<String> CUSTOMERS = List.of("49171100", "49171200", "49171300");

    private static KafkaProcess kafka;
    private static HubFolder folder;
    private static StartedHub hub;

    private final ObjectMapper json = new ObjectMapper();

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        kafka = KafkaProcess.in(home);
        folder = HubFolder.fresh();
        startHub();
        for (String customer : CUSTOMERS) {
            hub.post(messages(text(customer, "wamid." + customer, now(), "hello")));
        }
    }

    @AfterAll
    static void stop() {
        hub.close();
        kafka.close();
    }

    @Test
    void eventsAndCommandsSurviveAKilledBroker() throws Exception {
        try (var producer = producer()) {
            for (int i = 1; i <= 5; i++) {
                happens(producer, i);
            }
            await().atMost(PATIENCE).until(() -> sent().size() == 5 * CUSTOMERS.size());

            kafka.kill();
            for (int i = 6; i <= 10; i++) {
                happens(producer, i);
            }
            assertThat(hub.management("/actuator/health/readiness").statusCode()).isEqualTo(200);
            kafka.start();
            for (int i = 11; i <= 15; i++) {
                happens(producer, i);
            }
            producer.flush();

            hub.close();
            happens(producer, 16);
            producer.flush();
            startHub();
        }
        await().atMost(PATIENCE).until(() -> sent().size() >= 16 * CUSTOMERS.size());

        assertThat(sent()).doesNotHaveDuplicates();
        List<String> numbered = IntStream.rangeClosed(1, 16).mapToObj(i -> "c" + i).toList();
        for (String customer : CUSTOMERS) {
            assertThat(sent().stream().filter(s -> s.startsWith(customer + " ")))
                    .containsExactlyElementsOf(
                            numbered.stream().map(word -> customer + " " + word).toList());
        }
        assertEventsInTheTopic();
    }

    @Test
    void aRecordThatIsNoCommandGoesToTheDeadLetters() throws Exception {
        try (var producer = producer()) {
            var record =
                    new ProducerRecord<String, byte[]>(
                            "commands", null, "key", "{\"from\":1}".getBytes());
            record.headers()
                    .add("idempotencyKey", "faulty".getBytes())
                    .add("CamelJmsDestinationName", "wa.in".getBytes())
                    .add("kafka.OVERRIDE_TOPIC", "elsewhere".getBytes())
                    .add("CamelKafkaOverrideTopic", "elsewhere".getBytes())
                    .add("CAMELKafkaTopic", "elsewhere".getBytes())
                    .add("HubReason", "forged".getBytes());
            producer.send(record).get();
        }

        JmsTemplate jms = hub.bean(JmsTemplate.class);
        jms.setReceiveTimeout(PATIENCE.toMillis());
        BytesMessage dead = (BytesMessage) jms.receive("wa.dlq.commands");
        assertThat(dead.getStringProperty("idempotencyKey")).isEqualTo("faulty");
        assertThat(dead.getStringProperty("HubReason")).contains("/from");
        assertThat(dead.getBody(byte[].class)).isEqualTo("{\"from\":1}".getBytes());
    }

    /** Each customer writes, and each gets a command; those with even numbers give a key of their own, twice. */
    private void happens(KafkaProducer<String, byte[]> producer, int i) throws Exception {
        for (String customer : CUSTOMERS) {
            if (i <= 15) {
                hub.post(messages(text(customer, "wamid." + customer + "." + i, now(), "m" + i)));
            }
            byte[] command =
                    """
                    {"from":"%s","to":"%s","type":"text","text":{"body":"c%d"}}\
                    """
                            .formatted(NUMBER, customer, i)
                            .getBytes(StandardCharsets.UTF_8);
            var record = new ProducerRecord<>("commands", customer, command);
            if (i % 2 == 0) {
                record.headers().add("idempotencyKey", (customer + i).getBytes());
                producer.send(record);
            }
            producer.send(record);
        }
    }

    private void assertEventsInTheTopic() throws Exception {
        List<String> expected = new ArrayList<>();
        for (String customer : CUSTOMERS) {
            expected.add("message:wamid." + customer);
            IntStream.rangeClosed(1, 15)
                    .forEach(i -> expected.add("message:wamid." + customer + "." + i));
        }
        Map<String, LinkedHashSet<String>> received = new LinkedHashMap<>();
        try (var consumer = consumer()) {
            consumer.subscribe(List.of("events"));
            await().atMost(PATIENCE)
                    .until(
                            () -> {
                                consumer.poll(Duration.ofMillis(200))
                                        .forEach(record -> note(record, received));
                                return received.values().stream()
                                                .mapToInt(LinkedHashSet::size)
                                                .sum()
                                        == expected.size();
                            });
        }
        for (String customer : CUSTOMERS) {
            assertThat(received.get(NUMBER + ":" + customer))
                    .containsExactlyElementsOf(
                            expected.stream()
                                    .filter(id -> id.startsWith("message:wamid." + customer))
                                    .toList());
        }
    }

    /** A record may come twice after an answer that got lost; it is the same event then, by its id. */
    private void note(
            ConsumerRecord<String, byte[]> record, Map<String, LinkedHashSet<String>> received) {
        try {
            JsonNode event = json.readTree(record.value());
            var headers = new HashMap<String, String>();
            record.headers().forEach(h -> headers.put(h.key(), new String(h.value())));
            assertThat(headers)
                    .containsEntry("content-type", "application/cloudevents+json; charset=UTF-8")
                    .containsEntry("ce_specversion", "1.0")
                    .containsEntry("ce_id", event.path("id").asText())
                    .containsEntry("ce_type", event.path("type").asText())
                    .containsEntry("ce_source", event.path("source").asText())
                    .containsEntry("ce_time", event.path("time").asText())
                    .containsEntry("ce_partitionkey", record.key());
            assertThat(headers.keySet())
                    .allMatch(n -> n.startsWith("ce_") || n.equals("content-type"));
            received.computeIfAbsent(record.key(), k -> new LinkedHashSet<>())
                    .add(event.path("id").asText());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<String> sent() throws Exception {
        var sent = new ArrayList<String>();
        for (HttpSink.Request request : GRAPH.requests(SEND, "")) {
            JsonNode message = json.readTree(request.body());
            sent.add(message.path("to").asText() + " " + message.at("/text/body").asText());
        }
        return sent;
    }

    private static void startHub() {
        hub =
                StartedHub.on(
                        folder,
                        "hub.meta.graph-url=" + GRAPH.url("/graph"),
                        "hub.kafka.brokers=" + kafka.brokers(),
                        "hub.kafka.topic=events",
                        "hub.kafka.events=whatsapp.message.received",
                        "hub.kafka.command-topic=commands");
    }

    /** Writes while the broker is away as well: else it would forget the topic then, and wait for it with each record. */
    private static KafkaProducer<String, byte[]> producer() {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", kafka.brokers(), "metadata.recovery.strategy", "none"),
                new StringSerializer(),
                new ByteArraySerializer());
    }

    private static KafkaConsumer<String, byte[]> consumer() {
        return new KafkaConsumer<>(
                Map.of(
                        "bootstrap.servers",
                        kafka.brokers(),
                        "group.id",
                        "reader",
                        "auto.offset.reset",
                        "earliest"),
                new StringDeserializer(),
                new ByteArrayDeserializer());
    }

    private static long now() {
        return Instant.now().getEpochSecond();
    }
}
