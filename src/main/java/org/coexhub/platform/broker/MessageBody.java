package org.coexhub.platform.broker;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;

import java.nio.charset.StandardCharsets;

/**
 * The body of a message as bytes. To be read before the consumer is asked for its next message: of one that is larger
 * than about 100 KB Artemis' client has only the beginning, and with the next {@code receive()} it throws the rest away
 * and hands out zeros.
 */
final class MessageBody {

    private MessageBody() {}

    /** Bytes as they are, text as UTF-8, and nothing of what is neither: no message of the hub is. */
    static byte[] of(Message message) throws JMSException {
        return switch (message) {
            case BytesMessage bytes -> orNone(bytes.getBody(byte[].class));
            case TextMessage text ->
                    text.getText() == null
                            ? new byte[0]
                            : text.getText().getBytes(StandardCharsets.UTF_8);
            default -> new byte[0];
        };
    }

    /** JMS gives null for an empty body. */
    private static byte[] orNone(byte[] body) {
        return body == null ? new byte[0] : body;
    }
}
