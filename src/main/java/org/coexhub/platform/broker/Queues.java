package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.apache.activemq.artemis.api.core.ActiveMQAddressExistsException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQQueueExistsException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Creates queues and tells their depth, on the embedded and on an external broker alike. Every queue is made explicitly
 * and never deleted by itself: an automatically deleted queue would take a stopped destination's messages with it.
 *
 * <p>A broker that does not answer holds nobody long: whoever asks gives up after {@link #PATIENCE}, and at once where it
 * is known that the broker is silent.
 */
public final class Queues {

    private static final Logger LOG = LoggerFactory.getLogger(Queues.class);

    private static final Duration PATIENCE = Duration.ofSeconds(3);

    /** For what has to be done, at a start or for an event: a broker that has just started may be slow. */
    private static final Duration LONG_PATIENCE = Duration.ofSeconds(30);

    private static final int CALL_TIMEOUT_MILLIS = 3000;

    private final Broker broker;
    private final ConcurrentHashMap<String, Boolean> known = new ConcurrentHashMap<>();

    private final ReentrantLock lock = new ReentrantLock();
    private ActiveMQConnectionFactory connections;
    private ClientSession session;

    Queues(Broker broker) {
        this.broker = broker;
    }

    /**
     * Makes a durable anycast queue on an address of its own, unless it exists.
     *
     * @throws IllegalStateException there is one of the name on another address, which gets nothing of what is sent here
     */
    public void ensure(String name) {
        ensure(queue(name));
    }

    private void ensure(QueueConfiguration queue) {
        known.computeIfAbsent(
                queue.getName().toString(),
                n -> {
                    SimpleString address =
                            inSession(
                                    session -> {
                                        var found = session.queueQuery(queue.getName());
                                        if (found.isExists()) {
                                            return found.getAddress();
                                        }
                                        create(session, queue);
                                        return session.queueQuery(queue.getName()).getAddress();
                                    });
                    if (!queue.getAddress().equals(address)) {
                        throw new IllegalStateException(
                                "queue %s is not the hub's: it is on the address %s; delete it"
                                        .formatted(n, address));
                    }
                    return true;
                });
    }

    /** The same where the queue was there and may be gone: with another broker, or by somebody's hand. */
    public void ensureAnew(String name) {
        known.remove(name);
        ensure(name);
    }

    /**
     * The queue as a session sends to it, made where it is missing: a store may know a destination that a new broker
     * does not. This asks the broker, and sending to what it returns does not ask again: an answer would wait until
     * all that the session has sent into a full queue is in that queue's pages.
     */
    public Queue in(Session session, String name) throws JMSException {
        ensure(name);
        Queue queue;
        try {
            queue = session.createQueue(name);
        } catch (JMSException gone) {
            ensureAnew(name);
            queue = session.createQueue(name);
        }
        if (queue instanceof ActiveMQDestination found) {
            found.setCreated(true);
        }
        return queue;
    }

    void ensureTopic(String name) {
        inSession(
                session -> {
                    if (!session.addressQuery(SimpleString.of(name)).isExists()) {
                        session.createAddress(SimpleString.of(name), RoutingType.MULTICAST, false);
                    }
                    return null;
                });
    }

    /** Messages in the queue, those being delivered included. */
    public long depth(String name) {
        return answer(session -> session.queueQuery(SimpleString.of(name)).getMessageCount());
    }

    /** How many consumers it has, of all nodes and programs. */
    public int consumers(String name) {
        return answer(session -> session.queueQuery(SimpleString.of(name)).getConsumerCount());
    }

    /** Deletes a queue, with what is in it; no consumer may be there. */
    public void remove(String name) {
        known.remove(name);
        inSession(
                session -> {
                    if (session.queueQuery(SimpleString.of(name)).isExists()) {
                        session.deleteQueue(name);
                    }
                    return null;
                });
        // A router may have looked between the two.
        known.remove(name);
    }

    private static QueueConfiguration queue(String name) {
        return QueueConfiguration.of(name)
                .setAddress(name)
                .setRoutingType(RoutingType.ANYCAST)
                .setDurable(true)
                .setAutoDelete(false)
                .setGroupRebalance(true)
                .setGroupRebalancePauseDispatch(true)
                .setGroupBuckets(1024);
    }

    private static void create(ClientSession session, QueueConfiguration queue)
            throws ActiveMQException {
        try {
            if (!session.addressQuery(queue.getAddress()).isExists()) {
                session.createAddress(queue.getAddress(), RoutingType.ANYCAST, false);
            }
            session.createQueue(queue);
        } catch (ActiveMQQueueExistsException | ActiveMQAddressExistsException raced) {
            LOG.debug("Queue {} was made by another hub node at this moment", queue.getName());
        }
    }

    /** For those who only ask: at once no where the broker is known to be silent. */
    private <T> T answer(Work<T> question) {
        if (!broker.answers()) {
            throw new BrokerUnavailableException("the broker does not answer");
        }
        return inSession(question, PATIENCE);
    }

    private <T> T inSession(Work<T> work) {
        return inSession(work, LONG_PATIENCE);
    }

    /** One session for all, opened again after a failure. */
    private <T> T inSession(Work<T> work, Duration patience) {
        takeTurn(patience);
        try {
            for (int attempt = 1; ; attempt++) {
                try {
                    return work.in(session());
                } catch (Exception e) {
                    forget();
                    if (attempt == 2 || isSilence(e) || !broker.answers()) {
                        throw new BrokerUnavailableException(
                                "the broker does not answer: " + e.getMessage(), e);
                    }
                }
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nobody said no: a second question would wait as long. */
    private static boolean isSilence(Exception failure) {
        return failure instanceof ActiveMQException told
                && told.getType() == ActiveMQExceptionType.CONNECTION_TIMEDOUT;
    }

    /** One at a time; nobody lines up for long behind a broker that does not answer. */
    private void takeTurn(Duration patience) {
        try {
            if (lock.tryLock(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new BrokerUnavailableException("the broker does not answer");
    }

    private ClientSession session() throws Exception {
        if (session == null || session.isClosed()) {
            connections = broker.newConnectionFactory();
            connections.setCallTimeout(CALL_TIMEOUT_MILLIS);
            connections.setCallFailoverTimeout(CALL_TIMEOUT_MILLIS);
            ClientSessionFactory sessions = connections.getServerLocator().createSessionFactory();
            session =
                    sessions.createSession(
                            connections.getUser(),
                            connections.getPassword(),
                            false,
                            true,
                            true,
                            false,
                            1);
        }
        return session;
    }

    /** A connection to a broker that hangs takes its time to close. */
    private void forget() {
        ActiveMQConnectionFactory gone = connections;
        connections = null;
        session = null;
        if (gone != null) {
            Thread.ofVirtual().name("queues-close").start(gone::close);
        }
    }

    void close() {
        if (connections != null) {
            connections.close();
            connections = null;
            session = null;
        }
    }

    @FunctionalInterface
    private interface Work<T> {
        T in(ClientSession session) throws Exception;
    }
}
