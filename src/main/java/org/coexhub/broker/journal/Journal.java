package org.coexhub.broker.journal;

import org.coexhub.broker.BrokerUnavailable;
import org.coexhub.event.Slice;

import java.util.List;

/** The durable log every webhook enters before Meta gets its 200. */
public interface Journal {

    /**
     * Stores all slices in one transaction and returns once they are on disk.
     *
     * @throws BrokerUnavailable nothing of it is promised; the sender has to come again
     */
    void append(List<Slice> slices);

    /** Whether requests have been queueing for the disk within the last moments. */
    default boolean isPressed() {
        return false;
    }
}
