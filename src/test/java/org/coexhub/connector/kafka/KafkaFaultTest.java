package org.coexhub.connector.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.NotEnoughReplicasException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringSerializer;
import org.coexhub.delivery.failure.DeliveryFailedException;
import org.coexhub.delivery.failure.Failure;
import org.coexhub.testing.Beside;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** What Kafka's failures mean for the destination, and for the producer that met them. */
class KafkaFaultTest {

    private final List<MockProducer<String, String>> made = new ArrayList<>();

    static Stream<Exception> ofTheSetup() {
        return Stream.of(
                new TopicAuthorizationException("events"),
                new ClusterAuthorizationException("no IdempotentWrite"),
                new SaslAuthenticationException("wrong password"),
                new SslAuthenticationException("expired"),
                new ExecutionException(new TopicAuthorizationException("events")),
                new KafkaException("in an error state", new ClusterAuthorizationException("no")));
    }

    @ParameterizedTest
    @MethodSource("ofTheSetup")
    void aLostRightPausesTheDestination(Exception failure) {
        Failure verdict = Failure.of(KafkaFault.verdictOn(failure));

        assertThat(verdict.worthAnotherTry()).isTrue();
        assertThat(verdict.retryAfter()).isEqualTo(Duration.ofSeconds(30));
        assertThat(verdict.reason()).matches("Kafka: \\w+(Authorization|Authentication)Exception");
    }

    static Stream<Exception> passing() {
        return Stream.of(
                new NotEnoughReplicasException("1 of 2"),
                new UnknownTopicOrPartitionException("events"),
                new TimeoutException("10 s"),
                new KafkaException("Producer is closed forcefully."));
    }

    @ParameterizedTest
    @MethodSource("passing")
    void whatKafkaCallsRetriableIsTriedAgain(Exception failure) {
        assertThat(KafkaFault.verdictOn(failure).passes()).isTrue();
    }

    @Test
    void aRecordThatKafkaCannotTakeIsParked() {
        Stream.of(new RecordTooLargeException("2 MB"), new SerializationException("no text"))
                .map(KafkaFault::verdictOn)
                .forEach(verdict -> assertThat(verdict.passes()).isFalse());
    }

    @Test
    void whatIsNoneOfKafkasFailuresIsLeftToOthers() {
        DeliveryFailedException verdict = KafkaFault.verdictOn(new IOException("of another step"));

        assertThat(verdict).isNull();
    }

    @Test
    void aProducerThatCanSendNoMoreIsReplaced() {
        Producer<String, String> producer = producer();
        send(producer);
        made.getFirst().errorNext(new ClusterAuthorizationException("no IdempotentWrite"));

        send(producer);

        assertThat(made).hasSize(2);
        await().until(() -> made.getFirst().closed());
        assertThat(made.getLast().history()).hasSize(1);
    }

    @Test
    void aProducerThatRefusesAtOnceIsReplaced() {
        Producer<String, String> producer = producer();
        made.getFirst().sendException = new KafkaException("in an error state");
        assertThatThrownBy(() -> send(producer)).isInstanceOf(KafkaException.class);

        send(producer);

        assertThat(made.getLast().history()).hasSize(1);
        await().until(() -> made.getFirst().closed());
    }

    /** As Kafka's client does: closing waits for its thread, which first tells each record left that it failed. */
    @Test
    void aProducerWhoseClosingTellsTheRecordsLeftIsReplaced() throws Exception {
        var told = new AtomicInteger();
        var closing = new AtomicInteger();
        Producer<String, String> producer =
                producer(
                        () ->
                                new MockProducer<>(
                                        false,
                                        null,
                                        new StringSerializer(),
                                        new StringSerializer()) {
                                    @Override
                                    public void close(Duration timeout) {
                                        closing.incrementAndGet();
                                        var aborted = new KafkaException("closed forcefully");
                                        Thread own =
                                                Thread.ofVirtual().start(() -> errorNext(aborted));
                                        try {
                                            own.join();
                                        } catch (InterruptedException e) {
                                            throw new IllegalStateException(e);
                                        }
                                        super.close(timeout);
                                    }
                                });
        send(producer);
        producer.send(new ProducerRecord<>("events", "{}"), (r, failure) -> told.incrementAndGet());
        made.getFirst().errorNext(new ClusterAuthorizationException("no IdempotentWrite"));

        Beside.call(
                        () -> {
                            send(producer);
                            return null;
                        })
                .get(5, TimeUnit.SECONDS);

        assertThat(made.getLast().history()).hasSize(1);
        await().until(() -> made.getFirst().closed());
        assertThat(told).hasValue(1);
        assertThat(closing).hasValue(1);
        assertThat(made).hasSize(2);
    }

    @Test
    void whoMeetsAProducerThatIsBeingReplacedTriesAgain() {
        Producer<String, String> producer = producer();
        // Closed by another between this caller's look and its send.
        made.getFirst().close();

        assertThatThrownBy(() -> send(producer))
                .satisfies(met -> assertThat(KafkaFault.verdictOn(met).passes()).isTrue());

        send(producer);
        assertThat(made.getLast().history()).hasSize(1);
    }

    @Test
    void aRecordsOwnFaultOrATimeoutLeavesTheProducer() {
        Producer<String, String> producer = producer();
        send(producer);
        made.getFirst().errorNext(new RecordTooLargeException("2 MB"));
        send(producer);
        made.getFirst().errorNext(new TimeoutException("10 s"));

        send(producer);
        producer.close();

        assertThat(made).hasSize(1);
        assertThat(made.getFirst().closed()).isTrue();
    }

    private Producer<String, String> producer() {
        return producer(
                () ->
                        new MockProducer<>(
                                false, null, new StringSerializer(), new StringSerializer()));
    }

    @SuppressWarnings("unchecked")
    private Producer<String, String> producer(Supplier<MockProducer<String, String>> each) {
        return (Producer<String, String>)
                RenewedProducer.of(
                        () -> {
                            made.add(each.get());
                            return made.getLast();
                        });
    }

    private static void send(Producer<String, String> producer) {
        producer.send(new ProducerRecord<>("events", "{}"), (record, failure) -> {});
    }
}
