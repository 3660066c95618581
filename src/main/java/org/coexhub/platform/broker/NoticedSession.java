package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.List;
import java.util.function.BooleanSupplier;

/** The transaction of one consumer: its session, which notices when something is about to be sent on it, and its groups. */
final class NoticedSession implements TransactedReceiver.Work {

    /** Longer than another consumer of this process commits. */
    private static final Duration TURN = Duration.ofSeconds(10);

    private final Session session;
    private final MessageConsumer consumer;
    private final GroupTurns.Turn turn;
    private boolean sent;
    private boolean sentInTransaction;

    NoticedSession(Session real, MessageConsumer consumer, GroupTurns.Turn turn) {
        this.consumer = consumer;
        this.turn = turn;
        session =
                (Session)
                        Proxy.newProxyInstance(
                                Session.class.getClassLoader(),
                                new Class<?>[] {Session.class},
                                (proxy, method, arguments) -> {
                                    switch (method.getName()) {
                                        case "createProducer" -> {
                                            sent = true;
                                            sentInTransaction = true;
                                        }
                                        // Asked by identity: whether a session is the bound one
                                        // decides who commits it.
                                        case "equals" -> {
                                            return proxy == arguments[0];
                                        }
                                        case "hashCode" -> {
                                            return System.identityHashCode(proxy);
                                        }
                                        default -> {
                                            // Nothing to notice.
                                        }
                                    }
                                    try {
                                        return method.invoke(real, arguments);
                                    } catch (InvocationTargetException e) {
                                        throw e.getCause();
                                    }
                                });
    }

    @Override
    public void mark() {
        sent = false;
    }

    /** Waits until no other consumer has a group of these messages in hand; false when the receiver closes meanwhile. */
    boolean begin(List<Received> messages, BooleanSupplier open) {
        return turn.take(messages, open);
    }

    /** To be called when a transaction ends. */
    void ended() {
        sentInTransaction = false;
        turn.end();
    }

    @Override
    public boolean hasSentInTransaction() {
        return sentInTransaction;
    }

    @Override
    public Session session() {
        return session;
    }

    @Override
    public boolean hasSent() {
        return sent;
    }

    @Override
    public Received next(Duration patience) throws JMSException {
        Message message = consumer.receive(Math.max(1, patience.toMillis()));
        if (message == null) {
            return null;
        }
        Received received = Received.of(message);
        if (!turn.take(received, TURN)) {
            throw new JMSException("another consumer does not let go of the message's group");
        }
        return received;
    }
}
