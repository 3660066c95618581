package org.coexhub.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.util.unit.DataSize;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;

class EmbeddedBrokerTest {

    private static final String QUEUE = "wa.out.dead";
    private static final int PAGED = 600;
    private static final int READ_EARLY = 100;

    @TempDir Path data;

    private final BrokerSettings settings =
            new BrokerSettings("", "", "", "", 100, DataSize.ofKilobytes(100));
    private Broker broker;

    @AfterEach
    void close() throws Exception {
        broker.close();
    }

    @Test
    void aPagedQueueIsReadBeforeTheHubIsReadyAndCountedAfterwards() throws Exception {
        broker = start();
        var queues = new Queues(broker);
        queues.ensure(QUEUE);
        queues.close();
        send(PAGED);
        assertThat(pages()).as("bytes in page files").isPositive();
        broker.close();

        broker = start();
        assertThat(receive(READ_EARLY)).isEqualTo(READ_EARLY);
        broker.hubIsReady();
        var counting = new Queues(broker);
        await().until(() -> counting.depth(QUEUE) == PAGED - READ_EARLY);
        assertThat(receive(PAGED - READ_EARLY)).isEqualTo(PAGED - READ_EARLY);
        await().until(() -> counting.depth(QUEUE) == 0);
        counting.close();
        await("emptied page files go once they are counted").until(() -> pages() == 0);
    }

    private Broker start() throws Exception {
        return new Broker(settings, Optional.of(new EmbeddedBroker(settings, data)));
    }

    private void send(int messages) throws JMSException {
        try (var factory = broker.newConnectionFactory();
                Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(QUEUE))) {
            for (int i = 0; i < messages; i++) {
                var message = session.createBytesMessage();
                message.writeBytes(new byte[1000]);
                producer.send(message);
            }
            session.commit();
        }
    }

    private int receive(int most) throws JMSException {
        int received = 0;
        try (var factory = broker.newConnectionFactory();
                Connection connection = factory.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE))) {
            connection.start();
            while (received < most && consumer.receive(5000) != null) {
                received++;
            }
            session.commit();
        }
        return received;
    }

    /** Bytes in all page files; an address that does not page keeps an empty one. */
    private long pages() throws IOException {
        try (Stream<Path> files = Files.walk(settings.directory(data).resolve("paging"))) {
            return files.filter(file -> file.toString().endsWith(".page"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }
}
