package org.coexhub.delivery.replay;

import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.springframework.jms.core.JmsTemplate;

import java.time.Duration;
import java.util.Enumeration;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/**
 * Keeps one message of the broker's for each replay, its baton, that says up to where the replay was sent. A transaction
 * that sends a stretch takes the baton and puts it back with the stretch's end; while that transaction has no end yet,
 * however long that takes, nobody else finds the baton.
 */
final class ReplayBatons {

    private static final String OPERATION = "HubOperation";
    private static final String BATON = "HubBaton";
    private static final String PLACE = "HubPlace";

    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final Queues queues;
    private final JmsTemplate jms;

    ReplayBatons(Queues queues, ConnectionFactory connections) {
        this.queues = queues;
        this.jms = new JmsTemplate(connections);
        this.jms.setSessionTransacted(true);
    }

    /**
     * Makes a baton. Where nobody learns whether it was made, another has another id, and the first is never asked for.
     *
     * @return its id
     */
    String make(String operation, String place) {
        queues.ensure(QueueNames.BATONS);
        String baton = UUID.randomUUID().toString();
        jms.execute(
                session -> {
                    put(session, operation, baton, place);
                    session.commit();
                    return null;
                });
        return baton;
    }

    /** @return where the replay stands; empty while a transaction that has taken it is under way */
    static Optional<String> take(Session session, String baton) throws JMSException {
        try (var consumer = consumer(session, BATON, baton)) {
            Message message = consumer.receive(PATIENCE.toMillis());
            return message == null
                    ? Optional.empty()
                    : Optional.of(message.getStringProperty(PLACE));
        }
    }

    static void put(Session session, String operation, String baton, String place)
            throws JMSException {
        try (var producer = session.createProducer(session.createQueue(QueueNames.BATONS))) {
            Message message = session.createBytesMessage();
            message.setStringProperty(OPERATION, operation);
            message.setStringProperty(BATON, baton);
            message.setStringProperty(PLACE, place);
            producer.send(message);
        }
    }

    /** Of which operations there are batons that nobody has in hand. */
    Set<String> operations() {
        queues.ensure(QueueNames.BATONS);
        return jms.browse(
                QueueNames.BATONS,
                (session, browser) -> {
                    var operations = new HashSet<String>();
                    Enumeration<?> messages = browser.getEnumeration();
                    while (messages.hasMoreElements()) {
                        Message message = (Message) messages.nextElement();
                        operations.add(message.getStringProperty(OPERATION));
                    }
                    return operations;
                });
    }

    /** Removes what there is of the operation's. */
    void remove(String operation) {
        queues.ensure(QueueNames.BATONS);
        jms.execute(
                session -> {
                    try (var consumer = consumer(session, OPERATION, operation)) {
                        while (consumer.receiveNoWait() != null) {
                            // Taken is removed.
                        }
                    }
                    session.commit();
                    return null;
                },
                true);
    }

    private static MessageConsumer consumer(Session session, String property, String value)
            throws JMSException {
        return session.createConsumer(
                session.createQueue(QueueNames.BATONS), property + " = '" + value + "'");
    }
}
