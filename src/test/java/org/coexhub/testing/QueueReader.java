package org.coexhub.testing;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

import java.util.ArrayList;
import java.util.List;

/** A plain JMS client of the hub's queues, embedded or not. */
public final class QueueReader implements AutoCloseable {

    private static final int COMMIT_EVERY = 500;
    private static final long WAIT_MILLIS = 500;

    private final ActiveMQConnectionFactory factory;
    private final Connection connection;
    private final Session session;

    public QueueReader(String url) throws JMSException {
        factory =
                new ActiveMQConnectionFactory(
                        url, HubProcess.BROKER_USER, HubProcess.BROKER_PASSWORD);
        connection = factory.createConnection();
        session = connection.createSession(true, Session.SESSION_TRANSACTED);
        connection.start();
    }

    /**
     * An event as it lay in a queue.
     *
     * @param number the broker's for the message, given when it was sent
     */
    public record Letter(
            String eventId, String conversation, boolean redelivered, long number, byte[] body) {}

    /** Messages in the queue, those that somebody holds included. */
    public long depth(String queue) {
        try {
            var query =
                    ((ActiveMQSession) session).getCoreSession().queueQuery(SimpleString.of(queue));
            return query.isExists() ? query.getMessageCount() : 0;
        } catch (ActiveMQException e) {
            throw new IllegalStateException("queue " + queue + " cannot be asked", e);
        }
    }

    /** Takes everything out of the queue, in order. */
    public List<Letter> drain(String queue) throws JMSException {
        List<Letter> letters = new ArrayList<>();
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            Message message = consumer.receive(WAIT_MILLIS);
            while (message != null) {
                letters.add(
                        new Letter(
                                message.getStringProperty("HubEventId"),
                                message.getStringProperty("HubConversation"),
                                message.getJMSRedelivered(),
                                ((ActiveMQMessage) message).getCoreMessage().getMessageID(),
                                ((BytesMessage) message).getBody(byte[].class)));
                if (letters.size() % COMMIT_EVERY == 0) {
                    session.commit();
                }
                message = consumer.receive(WAIT_MILLIS);
            }
            session.commit();
        }
        return letters;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
        factory.close();
    }
}
