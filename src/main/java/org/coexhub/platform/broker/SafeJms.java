package org.coexhub.platform.broker;

import jakarta.jms.BytesMessage;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;

import org.apache.camel.Exchange;
import org.apache.camel.component.jms.JmsComponent;
import org.apache.camel.component.jms.JmsConfiguration;
import org.apache.camel.component.jms.JmsMessageType;
import org.apache.camel.spi.HeaderFilterStrategy;
import org.springframework.jms.support.converter.MessageConversionException;
import org.springframework.jms.support.converter.MessageConverter;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Set;

/**
 * Camel's {@code jms:} with the defaults that are dangerous to forget: local transactions, one consumer kept open, no
 * replies, bytes only, and no foreign header that could steer a component.
 */
final class SafeJms {

    private SafeJms() {}

    static JmsComponent component(ConnectionFactory connections) {
        var configuration = new JmsConfiguration(connections);
        configuration.setTransacted(true);
        configuration.setLazyCreateTransactionManager(false);
        configuration.setCacheLevelName("CACHE_CONSUMER");
        configuration.setDisableReplyTo(true);
        configuration.setJmsMessageType(JmsMessageType.Bytes);
        configuration.setMessageConverter(new BytesOnly());
        configuration.setAcceptMessagesWhileStopping(false);
        configuration.setReceiveTimeout(500);
        configuration.setRecoveryInterval(1000);
        var component = new JmsComponent(configuration);
        component.setHeaderFilterStrategy(new AllowedHeaders());
        return component;
    }

    /** In: our own names only. Out: everything but Camel's. */
    static final class AllowedHeaders implements HeaderFilterStrategy {

        private static final Set<String> PLAIN =
                Set.of("idempotencyKey", "type", "origin", "phonenumberid");

        @Override
        public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
            return name.toLowerCase(Locale.ROOT).startsWith("camel");
        }

        @Override
        public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
            return !(name.startsWith("Hub") || name.startsWith("JMS") || PLAIN.contains(name));
        }
    }

    /** Text is taken as UTF-8 bytes; an object message is refused before anything is deserialised. */
    static final class BytesOnly implements MessageConverter {

        @Override
        public Message toMessage(Object object, Session session) throws JMSException {
            BytesMessage message = session.createBytesMessage();
            switch (object) {
                case byte[] bytes -> message.writeBytes(bytes);
                case String text -> message.writeBytes(text.getBytes(StandardCharsets.UTF_8));
                case null -> {}
                default ->
                        throw new MessageConversionException(
                                "only bytes or text can be sent, not "
                                        + object.getClass().getName());
            }
            return message;
        }

        /** What is neither is empty, and refused where it is read, as no JSON; thrown from here it would come again for ever. */
        @Override
        public Object fromMessage(Message message) throws JMSException {
            return MessageBody.of(message);
        }
    }
}
