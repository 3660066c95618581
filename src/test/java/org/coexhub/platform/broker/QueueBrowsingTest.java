package org.coexhub.platform.broker;

import static org.assertj.core.api.Assertions.assertThat;

import jakarta.jms.BytesMessage;

import org.apache.activemq.artemis.api.core.Interceptor;
import org.apache.activemq.artemis.core.protocol.core.Packet;
import org.apache.activemq.artemis.core.protocol.core.impl.wireformat.SessionReceiveContinuationMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.coexhub.routes.HubTest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jms.core.JmsTemplate;
import org.springframework.test.util.ReflectionTestUtils;

import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

class QueueBrowsingTest extends HubTest {

    private static final String QUEUE = "wa.out.looked-at";
    private static final int LETTERS = 40;
    private static final int LARGE = 3 * 1024 * 1024;

    @Autowired private Broker broker;
    @Autowired private Queues queues;

    @AfterEach
    void empty() {
        jms.setReceiveTimeout(JmsTemplate.RECEIVE_TIMEOUT_NO_WAIT);
        while (jms.receive(QUEUE) != null) {
            // Taken.
        }
    }

    /** Pieces of bodies that the broker has handed to the client. */
    public static final class Handed implements Interceptor {

        private static final AtomicLong BYTES = new AtomicLong();

        @Override
        public boolean intercept(Packet packet, RemotingConnection connection) {
            if (packet instanceof SessionReceiveContinuationMessage piece) {
                BYTES.addAndGet(piece.getBody().length);
            }
            return true;
        }
    }

    @Test
    void allLargeMessagesAreSeenAndNeverMoreThanOneIsOnItsWay() {
        queues.ensure(QUEUE);
        byte[] body = new byte[LARGE];
        jms.execute(
                session -> {
                    try (var producer = session.createProducer(session.createQueue(QUEUE))) {
                        for (int i = 0; i < LETTERS; i++) {
                            BytesMessage letter = session.createBytesMessage();
                            letter.writeBytes(body);
                            letter.setIntProperty("number", i);
                            producer.send(letter);
                        }
                    }
                    return null;
                });
        var look = new QueueBrowsing(broker, queues);
        counted(look);
        Handed.BYTES.set(0);

        List<Long> ahead =
                look.at(
                        QUEUE,
                        Integer.MAX_VALUE,
                        letter ->
                                Handed.BYTES.get()
                                        - (long) letter.getIntProperty("number") * LARGE);

        assertThat(ahead).hasSize(LETTERS);
        assertThat(ahead).allSatisfy(bytes -> assertThat(bytes).isLessThan(512 * 1024));
    }

    private static void counted(QueueBrowsing look) {
        var template = (JmsTemplate) ReflectionTestUtils.getField(look, "jms");
        ((ActiveMQConnectionFactory) template.getConnectionFactory())
                .setIncomingInterceptorList(Handed.class.getName());
    }
}
