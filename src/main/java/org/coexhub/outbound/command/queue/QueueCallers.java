package org.coexhub.outbound.command.queue;

import jakarta.jms.JMSException;

import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsMessage;
import org.coexhub.outbound.command.Caller;
import org.coexhub.platform.broker.QueueNames;

/**
 * Tells whose a command on a queue is: the broker's validated user, which no sender can write; or what the hub itself
 * wrote on the queue that only it may write to.
 */
final class QueueCallers {

    private static final String VALIDATED_USER = "JMSXUserID";

    private QueueCallers() {}

    static Caller of(Exchange exchange) {
        Message message = exchange.getMessage();
        return exchange.getProperty(QueueNames.OWN, false, Boolean.class)
                ? Caller.inside(message.getHeader(QueueNames.NAMESPACE, String.class))
                : Caller.program(validatedUser(message));
    }

    private static String validatedUser(Message message) {
        try {
            return message instanceof JmsMessage jms && jms.getJmsMessage() != null
                    ? jms.getJmsMessage().getStringProperty(VALIDATED_USER)
                    : null;
        } catch (JMSException unreadable) {
            return null;
        }
    }
}
