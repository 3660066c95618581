package org.coexhub.platform.broker;

import org.apache.activemq.artemis.api.core.ActiveMQAddressExistsException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQQueueExistsException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;

/**
 * Asks an external broker once a second to store a small durable message, and so knows whether it can store a webhook now;
 * and beside it a question, for one whose disk is full stores nothing and answers.
 *
 * <p>A broker that is gone refuses at once; one that hangs, or whose disk is full, just does not confirm. So what counts is
 * when it last did, not whether a question failed. The queue it stores in keeps the newest message only.
 */
final class StorageProbe implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StorageProbe.class);

    /** A webhook is refused, and readiness is false, when the last confirmation is older. */
    static final Duration LONGEST_SILENCE = Duration.ofSeconds(4);

    /** A start with a broker that is slow to begin with goes on; one without a broker fails by itself. */
    private static final Duration FIRST_WITHIN = Duration.ofSeconds(30);

    private static final Duration PERIOD = Duration.ofSeconds(1);
    private static final int CALL_TIMEOUT_MILLIS = 2000;

    private final Supplier<ActiveMQConnectionFactory> connections;
    private final Asker storing = new Asker("storage-probe", "store", StorageProbe::store);
    private final Asker answering = new Asker("answer-probe", "answer", StorageProbe::query);
    private volatile boolean open = true;

    StorageProbe(Supplier<ActiveMQConnectionFactory> connections) {
        this.connections = connections;
        storing.start();
        answering.start();
    }

    /** Whether the broker stored something a moment ago. */
    boolean storedLately() {
        return storing.confirmedLately();
    }

    /** Whether the broker answered a moment ago. */
    boolean answeredLately() {
        return answering.confirmedLately();
    }

    @Override
    public void close() {
        open = false;
        storing.thread.interrupt();
        answering.thread.interrupt();
    }

    private static void store(ClientSession session) throws ActiveMQException {
        try (ClientProducer producer = session.createProducer(QueueNames.PROBE)) {
            ClientMessage message = session.createMessage(true);
            message.getBodyBuffer().writeByte((byte) 1);
            producer.send(message);
        }
    }

    private static void query(ClientSession session) throws ActiveMQException {
        session.queueQuery(SimpleString.of(QueueNames.PROBE));
    }

    private static void ensureQueue(ClientSession session) throws ActiveMQException {
        if (session.queueQuery(SimpleString.of(QueueNames.PROBE)).isExists()) {
            return;
        }
        try {
            if (!session.addressQuery(SimpleString.of(QueueNames.PROBE)).isExists()) {
                session.createAddress(
                        SimpleString.of(QueueNames.PROBE), RoutingType.ANYCAST, false);
            }
            session.createQueue(
                    QueueConfiguration.of(QueueNames.PROBE)
                            .setAddress(QueueNames.PROBE)
                            .setRoutingType(RoutingType.ANYCAST)
                            .setDurable(true)
                            .setAutoDelete(false)
                            .setRingSize(1L));
        } catch (ActiveMQAddressExistsException | ActiveMQQueueExistsException raced) {
            LOG.debug("The probe's queue was made by another hub node at this moment");
        }
    }

    @FunctionalInterface
    private interface Question {
        void ask(ClientSession session) throws ActiveMQException;
    }

    /** One question, asked again and again on a connection of its own. */
    private final class Asker {
        private final String name;
        private final String verb;
        private final Question question;
        private Thread thread;
        private volatile long confirmed =
                System.nanoTime() + FIRST_WITHIN.minus(LONGEST_SILENCE).toNanos();

        private Asker(String name, String verb, Question question) {
            this.name = name;
            this.verb = verb;
            this.question = question;
        }

        private void start() {
            thread = Thread.ofPlatform().name(name).daemon().start(this::run);
        }

        private boolean confirmedLately() {
            return System.nanoTime() - confirmed < LONGEST_SILENCE.toNanos();
        }

        private void run() {
            while (open) {
                try (ActiveMQConnectionFactory factory = connections.get()) {
                    factory.setCallTimeout(CALL_TIMEOUT_MILLIS);
                    factory.setCallFailoverTimeout(CALL_TIMEOUT_MILLIS);
                    askOver(factory);
                } catch (Exception e) {
                    LOG.debug("The broker does not {}: {}", verb, e.getMessage());
                    rest();
                }
            }
        }

        private void askOver(ActiveMQConnectionFactory factory) throws Exception {
            try (ClientSessionFactory sessions = factory.getServerLocator().createSessionFactory();
                    ClientSession session =
                            sessions.createSession(
                                    factory.getUser(),
                                    factory.getPassword(),
                                    false,
                                    true,
                                    true,
                                    false,
                                    1)) {
                ensureQueue(session);
                while (open && !session.isClosed()) {
                    question.ask(session);
                    if (!confirmedLately()) {
                        LOG.warn("The broker does {} again", verb);
                    }
                    confirmed = System.nanoTime();
                    rest();
                }
            }
        }

        private static void rest() {
            LockSupport.parkNanos(PERIOD.toNanos());
        }
    }
}
