package org.coexhub.inbound.journal;

import java.nio.charset.StandardCharsets;
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
     * @param receipt names the durable message for ever, also over redeliveries; the owners of the claims made for it follow
     *     from it
     * @param received when the webhook came
     * @param own whether the slices may be events of the hub's own making
     */
    public record Entry(UUID receipt, Instant received, List<byte[]> slices, boolean own) {

        /** Who owns the claims of a slice, whether it is handled with its neighbours, alone, or as a letter of its own. */
        public UUID owner(int slice) {
            return slices.size() == 1 ? receipt : ownerOf(receipt, slice);
        }

        /** One of its slices alone, for the same owner. */
        Entry alone(int slice) {
            return new Entry(owner(slice), received, List.of(slices.get(slice)), own);
        }

        /** What an event is parked for that its only slice has had before: another than the first one's owner. */
        Entry repetition(int event) {
            return new Entry(derived(receipt, "event " + event), received, slices, own);
        }
    }

    /** The owner of the claims of one slice among others in a message. */
    static UUID ownerOf(UUID receipt, int slice) {
        return derived(receipt, "slice " + slice);
    }

    private static UUID derived(UUID receipt, String part) {
        return UUID.nameUUIDFromBytes((receipt + " " + part).getBytes(StandardCharsets.UTF_8));
    }

    JournalBatch only(int event) {
        return new JournalBatch(entries, OptionalInt.of(event));
    }
}
