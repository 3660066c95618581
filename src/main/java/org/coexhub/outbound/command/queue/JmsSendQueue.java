package org.coexhub.outbound.command.queue;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;

import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendQueue;
import org.springframework.jms.core.JmsTemplate;

import java.util.List;

/** The send queue on the hub's broker. */
public final class JmsSendQueue implements SendQueue {

    private static final String QUEUE = "wa.send";
    private static final int HIGH_PRIORITY = 7;

    private final JmsTemplate jms;

    public JmsSendQueue(ConnectionFactory connections) {
        jms = new JmsTemplate(connections);
        jms.setSessionTransacted(true);
    }

    @Override
    public void put(List<Pointer> pointers) {
        put(pointers, Message.DEFAULT_PRIORITY);
    }

    @Override
    public void putFirst(List<Pointer> pointers) {
        put(pointers, HIGH_PRIORITY);
    }

    private void put(List<Pointer> pointers, int priority) {
        jms.execute(
                session -> {
                    try (MessageProducer producer =
                            session.createProducer(session.createQueue(QUEUE))) {
                        producer.setDeliveryMode(DeliveryMode.PERSISTENT);
                        producer.setPriority(priority);
                        for (Pointer pointer : pointers) {
                            send(session, producer, pointer);
                        }
                    }
                    session.commit();
                    return null;
                });
    }

    private static void send(Session session, MessageProducer producer, Pointer pointer)
            throws jakarta.jms.JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(pointer.body());
        message.setStringProperty("JMSXGroupID", pointer.group());
        producer.send(message);
    }
}
