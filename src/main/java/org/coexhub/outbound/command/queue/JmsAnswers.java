package org.coexhub.outbound.command.queue;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.CommandAnswer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.JmsException;
import org.springframework.jms.core.JmsTemplate;

import java.io.UncheckedIOException;
import java.util.regex.Pattern;

/**
 * Answers to commands whose sender named a queue for it in {@code JMSReplyTo}: what {@code POST /api/v1/messages} would
 * have answered. The answer leaves with the receipt of the command, or neither does.
 *
 * <p>An answer is a courtesy: where it cannot be delivered, the command is taken all the same. So a queue that does not
 * exist is passed over; and one that went while the answer was on its way, which the broker tells only at the commit, is
 * passed over when the command comes again for it.
 */
public final class JmsAnswers {

    private static final Logger LOG = LoggerFactory.getLogger(JmsAnswers.class);

    private static final String QUESTION = "HubQuestion";
    private static final String ANSWER = "HubAnswer";

    /** Header of the answer: the HTTP status that says the same. */
    private static final String STATUS = "HubStatus";

    /** Neither the hub's own queues, nor the broker's, nor a queue of another address. */
    private static final Pattern USABLE =
            Pattern.compile("(?!wa\\.|activemq\\.)[A-Za-z0-9][A-Za-z0-9._:/@+-]{0,250}");

    private static final int MOST_DELIVERIES = 2;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final JmsTemplate jms;

    public JmsAnswers(ConnectionFactory connections) {
        jms = new JmsTemplate(connections);
        jms.setSessionTransacted(true);
    }

    private record Question(Destination replyTo, String correlation) {}

    /** Notes who asks, before the caller's headers go. */
    static void keepQuestion(Exchange exchange) {
        Message message = exchange.getMessage();
        Destination replyTo = message.getHeader("JMSReplyTo", Destination.class);
        int deliveries = message.getHeader("JMSXDeliveryCount", 1, Integer.class);
        if (replyTo == null || deliveries > MOST_DELIVERIES) {
            return;
        }
        String correlation = message.getHeader("JMSCorrelationID", String.class);
        exchange.setProperty(
                QUESTION,
                new Question(
                        replyTo,
                        correlation != null
                                ? correlation
                                : message.getHeader("JMSMessageID", String.class)));
    }

    static void keepAnswer(Exchange exchange, Acceptance acceptance) {
        exchange.setProperty(ANSWER, CommandAnswer.of(acceptance));
    }

    static void keepAnswer(Exchange exchange, CommandAnswer answer) {
        exchange.setProperty(ANSWER, answer);
    }

    public boolean isAskedFor(Exchange exchange) {
        return exchange.getProperty(QUESTION) != null && exchange.getProperty(ANSWER) != null;
    }

    /** Sends in the transaction of the command's receipt. */
    public void send(Exchange exchange) {
        Question question = exchange.getProperty(QUESTION, Question.class);
        CommandAnswer answer = exchange.getProperty(ANSWER, CommandAnswer.class);
        try {
            if (!isUsable(question.replyTo())) {
                LOG.warn(
                        "A command's answer is not sent: JMSReplyTo has to be a queue of the"
                                + " sender's own");
                return;
            }
            jms.execute(session -> send(session, question, answer));
        } catch (JMSException | JmsException e) {
            LOG.warn("A command's answer cannot be sent: {}", e.getMessage());
        }
    }

    private static boolean isUsable(Destination replyTo) throws JMSException {
        return replyTo instanceof Queue queue
                && USABLE.matcher(queue.getQueueName()).matches()
                && !queue.getQueueName().contains("::");
    }

    /** By a producer for any queue: one for each temporary queue would be kept for ever. */
    private static Void send(Session session, Question question, CommandAnswer answer)
            throws JMSException {
        BytesMessage message = session.createBytesMessage();
        message.writeBytes(bytes(answer.body()));
        message.setJMSCorrelationID(question.correlation());
        message.setIntProperty(STATUS, answer.status());
        try (MessageProducer producer = session.createProducer(null)) {
            producer.send(question.replyTo(), message);
        }
        return null;
    }

    private static byte[] bytes(ObjectNode body) {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}
