package org.coexhub.platform.broker;

import jakarta.jms.JMSException;
import jakarta.jms.Message;

import java.util.Collections;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.Map;

/**
 * A message that was taken from its queue, read to the end: nothing of it hangs on the consumer any more, so it may be kept
 * while the next are received.
 *
 * @param id which the broker knows it by
 * @param sent when it was sent, in milliseconds
 * @param body bytes as they are, text as UTF-8, empty for any other kind of message
 */
public record Received(String id, long sent, Map<String, Object> properties, byte[] body) {

    /** Reads all of it; to be called before its consumer is asked for another. */
    public static Received of(Message message) throws JMSException {
        var properties = new HashMap<String, Object>();
        for (Object name : Collections.list((Enumeration<?>) message.getPropertyNames())) {
            properties.put((String) name, message.getObjectProperty((String) name));
        }
        return new Received(
                message.getJMSMessageID(),
                message.getJMSTimestamp(),
                properties,
                MessageBody.of(message));
    }

    /** Null where there is none. */
    public String property(String name) {
        Object value = properties.get(name);
        return value == null ? null : value.toString();
    }

    /** @throws NumberFormatException there is none, or it is no number */
    public long number(String name) {
        return Long.parseLong(String.valueOf(properties.get(name)));
    }

    public boolean has(String name) {
        return properties.containsKey(name);
    }
}
