package org.coexhub.delivery.failure;

import java.util.Comparator;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Thrown by a route that delivered a part of its batch. What it does not name was delivered and is not delivered again;
 * lasting failures go to the dead letters, each alone; passing ones stay in hand, in their order, and nothing that
 * comes later in the queue passes them.
 */
public final class PartialDeliveryException extends RuntimeException {

    private final transient SortedMap<Integer, DeliveryFailedException> failures;

    /** @param failures by place in the batch, counted from 0 */
    public PartialDeliveryException(Map<Integer, DeliveryFailedException> failures) {
        super(failures.size() + " events of the batch", null, false, false);
        if (failures.isEmpty()) {
            throw new IllegalArgumentException("nothing failed");
        }
        this.failures = new TreeMap<>(failures);
    }

    /** Null for an event that was delivered. */
    public Failure of(int place) {
        DeliveryFailedException failure = failures.get(place);
        return failure == null ? null : failure.verdict();
    }

    /** What the destination suffers from: a passing failure, where there is one, and rather one of all conversations. */
    Failure verdict() {
        return failures.values().stream()
                .map(DeliveryFailedException::verdict)
                .filter(Failure::worthAnotherTry)
                .min(Comparator.comparing(Failure::ofOneConversation))
                .orElse(failures.get(failures.firstKey()).verdict());
    }
}
