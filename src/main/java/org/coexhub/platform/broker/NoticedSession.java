package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;

/** A session that notices when something is about to be sent on it. */
final class NoticedSession implements TransactedReceiver.Work {

    private final Session session;
    private final MessageConsumer consumer;
    private boolean sent;
    private boolean sentInTransaction;

    /** @param consumer of the session; null: none */
    NoticedSession(Session real, MessageConsumer consumer) {
        this.consumer = consumer;
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

    /** To be called when a transaction ends. */
    void ended() {
        sentInTransaction = false;
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
        return message == null ? null : Received.of(message);
    }
}
