package org.coexhub.inbound.journal;

import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Session;

import org.coexhub.platform.broker.Received;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** A journal message in the hub's form without a mark that verifies: genuine or forged, which only a person can tell. */
record UnverifiedFrame(Received message, List<byte[]> slices) {

    /** Empty where the message is no frame. */
    static Optional<UnverifiedFrame> of(Received message) {
        try {
            List<byte[]> slices = SliceFrame.split(message.body());
            return slices.isEmpty()
                    ? Optional.empty()
                    : Optional.of(new UnverifiedFrame(message, slices));
        } catch (IllegalArgumentException noFrame) {
            return Optional.empty();
        }
    }

    /** One for each slice, with receipt, time and kind as they follow from what the message states. */
    List<BytesMessage> letters(Session session) throws JMSException {
        var letters = new ArrayList<BytesMessage>();
        for (int i = 0; i < slices.size(); i++) {
            BytesMessage letter = session.createBytesMessage();
            letter.writeBytes(slices.get(i));
            FrameMarks.keepKind(letter, FrameMarks.saysOwn(message));
            String receipt = message.property(GroupCommitJournal.RECEIPT);
            if (isReceipt(receipt)) {
                letter.setStringProperty(GroupCommitJournal.RECEIPT, owner(receipt, i));
            }
            if (isTime(message.property(GroupCommitJournal.RECEIVED))) {
                letter.setLongProperty(
                        GroupCommitJournal.RECEIVED, message.number(GroupCommitJournal.RECEIVED));
            }
            letters.add(letter);
        }
        return letters;
    }

    /** For the person who decides on a replay. */
    String reason(RuntimeException fault) {
        return fault.getMessage()
                + "; replay it only if you know that a hub of yours wrote it, as before its"
                + " database was replaced"
                + (FrameMarks.saysOwn(message)
                        ? ": it says that it is an event of the hub's own, and a replay believes it"
                        : "");
    }

    private String owner(String receipt, int slice) {
        return slices.size() == 1
                ? receipt
                : JournalBatch.ownerOf(UUID.fromString(receipt), slice).toString();
    }

    private static boolean isReceipt(String value) {
        try {
            return value != null && UUID.fromString(value) != null;
        } catch (IllegalArgumentException none) {
            return false;
        }
    }

    private static boolean isTime(String value) {
        try {
            return value != null && Long.parseLong(value) > 0;
        } catch (NumberFormatException none) {
            return false;
        }
    }
}
