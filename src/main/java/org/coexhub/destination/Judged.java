package org.coexhub.destination;

import jakarta.jms.JMSException;
import jakarta.jms.Message;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What is known of messages that were rolled back because their route failed for good after it had sent something: that
 * a message is to be parked, or that it was in a failed batch and has to be tried alone. Kept by message id and not
 * taken away when read, for the transaction that acts on it may roll back too; the oldest make room. Forgetting one
 * costs another attempt and nothing else.
 */
final class Judged {

    private static final int MOST = 10_000;

    private final Map<String, Judgement> byMessage =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Judgement> eldest) {
                    return size() > MOST;
                }
            };

    /** @param sentence null for a message that was one of several */
    private record Judgement(Failure sentence) {}

    synchronized void remember(List<Message> messages, Failure verdict) throws JMSException {
        var judgement = new Judgement(messages.size() == 1 ? verdict : null);
        for (Message message : messages) {
            byMessage.put(message.getJMSMessageID(), judgement);
        }
    }

    synchronized boolean knowsAnyOf(List<Message> messages) throws JMSException {
        for (Message message : messages) {
            if (byMessage.containsKey(message.getJMSMessageID())) {
                return true;
            }
        }
        return false;
    }

    /** Why the message is to be parked; null when it may be tried. */
    synchronized Failure sentenceOf(Message message) throws JMSException {
        Judgement judgement = byMessage.get(message.getJMSMessageID());
        return judgement == null ? null : judgement.sentence;
    }
}
