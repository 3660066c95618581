package org.coexhub.delivery.deadletter;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;

import org.coexhub.delivery.deadletter.LetterTaking.Move;
import org.coexhub.platform.broker.Received;

import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;

/**
 * Goes once through a queue of dead letters, from its head: those that are wanted are taken, the others go to its end,
 * so that they stand as they stood before. For letters a selector does not reach, because a broker reads on from its
 * pages only while little that does not match is in memory. A letter keeps its id and its time, though it becomes
 * another message.
 *
 * <p>Nothing is kept of a letter that was passed, so that a queue may have as many as it has. Some letters at a time, and what becomes of each, are one transaction: a kill leaves every letter in one place, and the
 * queue turned.
 */
final class DeadLetterSweep {

    /** The id a letter had before its first round. */
    private static final String LETTER = "HubLetter";

    private static final String GROUP = "JMSXGroupID";
    private static final int MOST_AT_ONCE = 200;
    private static final int MOST_BYTES_AT_ONCE = 1024 * 1024;
    private static final long WAIT_MILLIS = 2000;

    private final String queue;
    private final Wanted wanted;
    private final Move move;
    private final IntConsumer done;
    private final BooleanSupplier mine;

    /** Says of each letter, as the round passes it, whether it is to be taken. */
    @FunctionalInterface
    interface Wanted {
        boolean is(Message letter) throws JMSException;
    }

    /** @param complete false when it is not sure that all letters were seen */
    record Outcome(int taken, boolean complete) {

        static final Outcome NOTHING = new Outcome(0, true);
    }

    /**
     * @param wanted asked of each letter
     * @param done told how many were taken, after each transaction
     * @param mine asked before each transaction whether nobody else goes round this queue
     */
    DeadLetterSweep(
            String queue, Wanted wanted, Move move, IntConsumer done, BooleanSupplier mine) {
        this.queue = queue;
        this.wanted = wanted;
        this.move = move;
        this.done = done;
        this.mine = mine;
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
     */
    Outcome go(Session session, int letters) throws JMSException {
        Queue around = session.createQueue(queue);
        int taken = 0;
        boolean allSeen = true;
        try (var consumer = session.createConsumer(around);
                var end = session.createProducer(around)) {
            for (int left = letters; left > 0 && allSeen; ) {
                if (!mine.getAsBoolean()) {
                    return new Outcome(taken, false);
                }
                int seen = 0;
                int found = 0;
                long bytes = 0;
                while (seen < Math.min(left, MOST_AT_ONCE) && bytes < MOST_BYTES_AT_ONCE) {
                    Message letter = consumer.receive(WAIT_MILLIS);
                    if (letter == null) {
                        // The end, if others took some meanwhile; or a broker that is slow.
                        allSeen = false;
                        break;
                    }
                    seen++;
                    bytes += size(letter);
                    if (wanted.is(letter)) {
                        move.make(Received.of(letter), session);
                        found++;
                    } else {
                        end.setPriority(letter.getJMSPriority());
                        end.send(same(letter, session));
                    }
                }
                session.commit();
                if (found > 0) {
                    done.accept(found);
                }
                taken += found;
                left -= seen;
            }
        }
        return new Outcome(taken, allSeen);
    }

    private static long size(Message letter) throws JMSException {
        return switch (letter) {
            case BytesMessage bytes -> bytes.getBodyLength();
            case TextMessage text -> text.getText() == null ? 0 : text.getText().length();
            default ->
                    throw new JMSException(
                            "A dead letter is neither bytes nor text but "
                                    + letter.getClass().getSimpleName()
                                    + "; nothing behind it is reached before it is taken away");
        };
    }

    private static Message same(Message letter, Session session) throws JMSException {
        Message same;
        if (letter instanceof TextMessage text) {
            same = session.createTextMessage(text.getText());
        } else {
            byte[] body = letter.getBody(byte[].class);
            BytesMessage bytes = session.createBytesMessage();
            bytes.writeBytes(body == null ? new byte[0] : body);
            same = bytes;
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
        return same;
    }

    /** Without those the provider sets; the group is the sender's. */
    private static List<String> names(Message letter) throws JMSException {
        return Collections.list((Enumeration<?>) letter.getPropertyNames()).stream()
                .map(String.class::cast)
                .filter(name -> name.equals(GROUP) || !name.startsWith("JMS"))
                .toList();
    }
}
