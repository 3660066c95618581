package org.coexhub.inbound.journal;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import org.coexhub.platform.broker.BrokerUnavailableException;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.coexhub.platform.broker.Received;
import org.coexhub.platform.store.SqlTimes;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.security.SecureRandom;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;

import javax.sql.DataSource;

/** The store's keys of the hub's mark. The first is made by the first node that starts; none is ever deleted. */
final class JournalKeys {

    private static final String ALL =
            "SELECT id, secret, fence, made_at FROM journal_key ORDER BY made_at, id";

    private static final String MAKE =
            """
            INSERT INTO journal_key (id, one, secret, fence, made_at) VALUES (?, 1, ?, ?, ?) ON CONFLICT DO NOTHING
            """;

    private static final int SECRET_BYTES = 32;
    private static final long PATIENCE_MILLIS = 10_000;

    private final JdbcClient jdbc;
    private final ConnectionFactory connections;
    private final Queues queues;
    private final InstantSource clock;

    JournalKeys(
            DataSource database,
            ConnectionFactory connections,
            Queues queues,
            InstantSource clock) {
        this.jdbc = JdbcClient.create(database);
        this.queues = queues;
        this.connections = connections;
        this.clock = clock;
    }

    record Key(String id, byte[] secret, long fence, Instant madeAt) {

        @Override
        public String toString() {
            return "Key[" + id + "]";
        }
    }

    /** Oldest first; there is one at least. */
    List<Key> load() {
        List<Key> known = read();
        if (!known.isEmpty()) {
            return known;
        }
        byte[] secret = new byte[SECRET_BYTES];
        new SecureRandom().nextBytes(secret);
        OffsetDateTime now = SqlTimes.at(clock.instant());
        jdbc.sql(MAKE)
                .params(UUID.randomUUID().toString(), secret, numberOfAMessage(), now)
                .update();
        return read();
    }

    private List<Key> read() {
        return jdbc.sql(ALL)
                .query(
                        (row, i) ->
                                new Key(
                                        row.getString(1),
                                        row.getBytes(2),
                                        row.getLong(3),
                                        SqlTimes.read(row, 4)))
                .list();
    }

    /**
     * The broker numbers what it takes, upwards, over restarts; no sender can choose the number. Any message of now will do,
     * also one of another node's probe; and a queue like all others of the hub needs no other right.
     */
    private long numberOfAMessage() {
        queues.ensureNewest(QueueNames.PROBE);
        try (Connection connection = connections.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            var queue = session.createQueue(QueueNames.PROBE);
            try (var consumer = session.createConsumer(queue);
                    var producer = session.createProducer(queue)) {
                emptied(consumer);
                producer.send(session.createBytesMessage());
                var message = consumer.receive(PATIENCE_MILLIS);
                if (message == null) {
                    throw new BrokerUnavailableException("the broker does not answer");
                }
                return Received.numberOf(message);
            }
        } catch (JMSException e) {
            throw new BrokerUnavailableException(
                    "the broker does not answer: " + e.getMessage(), e);
        }
    }

    /** What lies there may be old. */
    private static void emptied(MessageConsumer consumer) throws JMSException {
        boolean found = true;
        while (found) {
            found = consumer.receiveNoWait() != null;
        }
    }
}
