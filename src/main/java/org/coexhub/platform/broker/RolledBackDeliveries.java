package org.coexhub.platform.broker;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Remembers messages that were rolled back because handling them failed for good after something had been sent: whether a
 * message is to be parked, or was in a failed batch and has to be tried alone. Kept by message id and not taken away when
 * read, for the transaction that acts on it may roll back too; the oldest make room. Forgetting one
 * costs another attempt and nothing else.
 *
 * @param <V> why a message is to be parked
 */
public final class RolledBackDeliveries<V> {

    private static final int MOST = 10_000;

    private final Map<String, Judgement<V>> byMessage =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Judgement<V>> eldest) {
                    return size() > MOST;
                }
            };

    /** @param verdict null for a message that was one of several */
    private record Judgement<V>(V verdict) {}

    public synchronized void remember(List<Received> messages, V verdict) {
        var judgement = new Judgement<>(messages.size() == 1 ? verdict : null);
        for (Received message : messages) {
            byMessage.put(message.id(), judgement);
        }
    }

    public synchronized boolean knowsAnyOf(List<Received> messages) {
        return messages.stream().anyMatch(message -> byMessage.containsKey(message.id()));
    }

    /** Why the message is to be parked; null when it may be tried. */
    public synchronized V verdictFor(Received message) {
        Judgement<V> judgement = byMessage.get(message.id());
        return judgement == null ? null : judgement.verdict;
    }
}
