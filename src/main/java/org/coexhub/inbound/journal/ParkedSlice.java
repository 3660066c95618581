package org.coexhub.inbound.journal;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Received;

import java.util.List;
import java.util.UUID;

/**
 * Puts a dead letter of {@code wa.dlq.in} back into the journal. Such a letter is a slice as it was cut from a webhook,
 * or the part of it that one event was read from; in the hub's own envelope only what is an event of its own, or means
 * something else without its neighbours.
 */
public final class ParkedSlice {

    private ParkedSlice() {}

    /**
     * The slice as a journal message with the receipt it had: claims that were already made for it are
     * still its own, and one that Meta's repetition has made meanwhile is not.
     */
    public static BytesMessage again(Received parked, Session session, FrameMarks marks)
            throws JMSException {
        BytesMessage message = session.createBytesMessage();
        byte[] body = SliceFrame.join(List.of(parked.body()));
        message.writeBytes(body);
        message.setStringProperty(GroupCommitJournal.GROUP, "0");
        String receipt = parked.property(GroupCommitJournal.RECEIPT);
        message.setStringProperty(
                GroupCommitJournal.RECEIPT,
                receipt == null ? UUID.randomUUID().toString() : receipt);
        message.setLongProperty(GroupCommitJournal.RECEIVED, received(parked));
        marks.mark(message, body, FrameMarks.saysOwn(parked));
        return message;
    }

    private static long received(Received parked) {
        if (parked.has(GroupCommitJournal.RECEIVED)) {
            return parked.number(GroupCommitJournal.RECEIVED);
        }
        return parked.has(QueueNames.PARKED_AT)
                ? parked.number(QueueNames.PARKED_AT)
                : parked.sent();
    }
}
