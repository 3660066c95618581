package org.coexhub.broker;

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
 * Asks an external broker once a second to store a small durable message, and so knows whether it can store a webhook now.
 *
 * <p>A broker that is gone refuses at once; one that hangs, or whose disk is full, just does not confirm. So what counts is
 * when it last confirmed, not whether a question failed. The queue it stores in keeps the newest message only.
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
    private final Thread thread;
    private volatile long confirmed =
            System.nanoTime() + FIRST_WITHIN.minus(LONGEST_SILENCE).toNanos();
    private volatile boolean open = true;

    StorageProbe(Supplier<ActiveMQConnectionFactory> connections) {
        this.connections = connections;
        this.thread = Thread.ofPlatform().name("storage-probe").daemon().start(this::run);
    }

    /** Whether the broker stored something a moment ago. */
    boolean confirmedLately() {
        return System.nanoTime() - confirmed < LONGEST_SILENCE.toNanos();
    }

    @Override
    public void close() {
        open = false;
        thread.interrupt();
    }

    private void run() {
        while (open) {
            try (ActiveMQConnectionFactory factory = connections.get()) {
                factory.setCallTimeout(CALL_TIMEOUT_MILLIS);
                factory.setCallFailoverTimeout(CALL_TIMEOUT_MILLIS);
                try (ClientSessionFactory sessions =
                                factory.getServerLocator().createSessionFactory();
                        ClientSession session =
                                sessions.createSession(
                                        factory.getUser(),
                                        factory.getPassword(),
                                        false,
                                        true,
                                        true,
                                        false,
                                        1)) {
                    ask(session);
                }
            } catch (Exception e) {
                if (open && !confirmedLately()) {
                    LOG.debug("The broker does not store: {}", e.getMessage());
                }
                rest();
            }
        }
    }

    private void ask(ClientSession session) throws ActiveMQException {
        ensureQueue(session);
        try (ClientProducer producer = session.createProducer(QueueNames.PROBE)) {
            while (open && !session.isClosed()) {
                ClientMessage message = session.createMessage(true);
                message.getBodyBuffer().writeByte((byte) 1);
                producer.send(message);
                confirm();
                rest();
            }
        }
    }

    private void confirm() {
        if (!confirmedLately()) {
            LOG.warn("The broker stores again");
        }
        confirmed = System.nanoTime();
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

    private static void rest() {
        LockSupport.parkNanos(PERIOD.toNanos());
    }
}
