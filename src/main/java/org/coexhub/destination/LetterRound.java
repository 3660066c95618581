package org.coexhub.destination;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

import org.coexhub.destination.DeadLetters.Move;

import java.util.Collections;
import java.util.List;
import java.util.Set;

/**
 * Once through a queue of dead letters, from its head: those that are wanted are taken, the others go to its end, so that
 * they stand as they stood before. For letters a selector does not reach, because a broker reads on from its pages only
 * while little that does not match is in memory. A letter keeps its id and its time, though it becomes another message.
 *
 * <p>Some letters at a time, and what becomes of each, are one transaction: a kill leaves every letter in one place, and the
 * queue turned.
 */
final class LetterRound {

    /** The id a letter had before its first round. */
    private static final String LETTER = "HubLetter";

    private static final String GROUP = "JMSXGroupID";
    private static final int MOST_AT_ONCE = 200;
    private static final int MOST_BYTES_AT_ONCE = 1024 * 1024;
    private static final long WAIT_MILLIS = 2000;

    private final String queue;
    private final Set<String> wanted;
    private final Move move;

    LetterRound(String queue, Set<String> wanted, Move move) {
        this.queue = queue;
        this.wanted = wanted;
        this.move = move;
    }

    static String idOf(Message message) throws JMSException {
        String kept = message.getStringProperty(LETTER);
        return kept == null ? message.getJMSMessageID() : kept;
    }

    static String selector(String id) {
        String quoted = "'" + id.replace("'", "''") + "'";
        return "JMSMessageID = " + quoted + " OR " + LETTER + " = " + quoted;
    }

    /**
     * @param session transacted
     * @param letters how many there are
     * @return how many were taken
     */
    int go(Session session, int letters) throws JMSException {
        Queue around = session.createQueue(queue);
        int taken = 0;
        try (var consumer = session.createConsumer(around);
                var end = session.createProducer(around)) {
            int open = 0;
            int bytes = 0;
            for (int seen = 0; seen < letters; seen++) {
                Message letter = consumer.receive(WAIT_MILLIS);
                if (letter == null) {
                    break;
                }
                if (wanted.contains(idOf(letter))) {
                    move.make(letter, session);
                    taken++;
                } else {
                    bytes += toTheEnd(letter, session, end);
                }
                open++;
                if (open >= MOST_AT_ONCE || bytes >= MOST_BYTES_AT_ONCE) {
                    session.commit();
                    open = 0;
                    bytes = 0;
                }
            }
            session.commit();
        }
        return taken;
    }

    /** @return size of its body */
    private static int toTheEnd(Message letter, Session session, MessageProducer end)
            throws JMSException {
        Message same;
        int size;
        switch (letter) {
            case BytesMessage bytes -> {
                byte[] body = bytes.getBody(byte[].class);
                BytesMessage copy = session.createBytesMessage();
                copy.writeBytes(body == null ? new byte[0] : body);
                same = copy;
                size = (int) bytes.getBodyLength();
            }
            case TextMessage text -> {
                same = session.createTextMessage(text.getText());
                size = text.getText() == null ? 0 : text.getText().length();
            }
            default ->
                    throw new JMSException(
                            "A dead letter is neither bytes nor text but "
                                    + letter.getClass().getSimpleName()
                                    + "; nothing behind it can be reached before it is taken away");
        }
        for (String name : names(letter)) {
            same.setObjectProperty(name, letter.getObjectProperty(name));
        }
        same.setStringProperty(LETTER, idOf(letter));
        if (!letter.propertyExists(DeadLetters.PARKED_AT)) {
            same.setLongProperty(DeadLetters.PARKED_AT, letter.getJMSTimestamp());
        }
        same.setJMSCorrelationID(letter.getJMSCorrelationID());
        same.setJMSReplyTo(letter.getJMSReplyTo());
        same.setJMSType(letter.getJMSType());
        end.setPriority(letter.getJMSPriority());
        end.send(same);
        return size;
    }

    /** Without those the provider sets; the group is the sender's. */
    private static List<String> names(Message letter) throws JMSException {
        return Collections.list((java.util.Enumeration<?>) letter.getPropertyNames()).stream()
                .map(String.class::cast)
                .filter(name -> name.equals(GROUP) || !name.startsWith("JMS"))
                .toList();
    }
}
