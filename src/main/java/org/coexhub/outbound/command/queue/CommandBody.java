package org.coexhub.outbound.command.queue;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;

import org.apache.camel.Message;
import org.apache.camel.component.jms.JmsMessage;

/**
 * The bytes of a command as they came. What is far larger than any command is not read at all: its dead letter says how
 * large it was and has no body.
 *
 * @param size of what came
 * @param bytes empty where it was not read
 */
record CommandBody(long size, byte[] bytes) {

    /** As much as the largest webhook; a dead letter of that size can be looked at. */
    static final long MOST_READ = 4 * 1024 * 1024;

    static CommandBody of(Message message) {
        long size = sizeUnread(message);
        if (size > MOST_READ) {
            return new CommandBody(size, new byte[0]);
        }
        byte[] bytes = message.getBody(byte[].class);
        return bytes == null
                ? new CommandBody(0, new byte[0])
                : new CommandBody(bytes.length, bytes);
    }

    /** A text's is not known before it is read. */
    private static long sizeUnread(Message message) {
        try {
            return message instanceof JmsMessage jms
                            && jms.getJmsMessage() instanceof BytesMessage bytes
                    ? bytes.getBodyLength()
                    : 0;
        } catch (JMSException unknown) {
            return 0;
        }
    }

    String cutNote() {
        return size == bytes.length
                ? ""
                : " (it has " + size + " bytes, which were neither read nor kept)";
    }
}
