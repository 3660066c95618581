package org.coexhub.delivery.consumer;

import org.coexhub.platform.broker.TransactedReceiver;

import java.util.List;

/** Starts and ends the receivers of one destination together: of its queue and of its history's. */
record DestinationReceivers(List<TransactedReceiver> all) implements AutoCloseable {

    /** True when, after {@link #close}, the last batch in hand is committed or rolled back. */
    boolean ended() {
        return all.stream().allMatch(TransactedReceiver::ended);
    }

    @Override
    public void close() {
        all.forEach(TransactedReceiver::close);
    }
}
