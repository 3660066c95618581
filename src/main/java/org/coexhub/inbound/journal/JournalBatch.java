package org.coexhub.inbound.journal;

import java.time.Instant;
import java.util.List;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Journal messages that are handled together in one transaction.
 *
 * @param only when present, just this event (counted over the whole batch) is to be handled; the consumer isolates so
 */
public record JournalBatch(List<Entry> entries, OptionalInt only) {

    /**
     * @param receipt names the durable message for ever, also over redeliveries: the owner of the claims made for it
     * @param received when the webhook came
     * @param own whether the slices may be events of the hub's own making
     */
    public record Entry(UUID receipt, Instant received, List<byte[]> slices, boolean own) {

        /** One of its slices alone, under the same receipt. */
        Entry with(byte[] slice) {
            return new Entry(receipt, received, List.of(slice), own);
        }
    }

    JournalBatch only(int event) {
        return new JournalBatch(entries, OptionalInt.of(event));
    }
}
