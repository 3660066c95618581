package org.coexhub.inbound.journal;

import org.coexhub.event.Slice;
import org.coexhub.platform.broker.BrokerUnavailableException;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** The durable log every webhook enters before Meta gets its 200. */
public interface Journal {

    /**
     * Stores all slices in one transaction and returns once they are on disk.
     *
     * @throws BrokerUnavailableException nothing of it is promised; the sender has to come again
     */
    void append(List<Slice> slices);

    /**
     * The same without a thread that waits.
     *
     * @return completed once all slices are on disk, or with {@link BrokerUnavailableException}, and nothing else, when nothing is
     *     promised. What depends on it may run on the thread that stores, so it must not block
     * @throws BrokerUnavailableException known at once
     */
    default CompletionStage<Void> appendAsync(List<Slice> slices) {
        append(slices);
        return CompletableFuture.completedStage(null);
    }

    /** Whether requests have been queueing for the disk within the last moments. */
    default boolean isPressed() {
        return false;
    }
}
