package org.coexhub.outbound.send.limit;

import org.coexhub.event.EventData;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.inbound.eventlog.EventBatch;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Step of the router: counts messages of customers against the second of their number, as Meta counts them.
 *
 * <p>Gathered in memory and taken to the slots a moment later, in one go for many and outside the router's transaction:
 * the few rows of a busy number would make all consumers wait for each other. What a kill forgets is a fraction of a
 * second old, and counts for a second only.
 */
public final class InboundCount {

    /** What is older was counted long ago: Meta delivers again what the hub has missed. Its clock is another one. */
    private static final Duration STILL_COUNTS = Duration.ofSeconds(5);

    private final SendSlots slots;
    private final InstantSource clock;
    private final ConcurrentHashMap<PhoneNumberId, Integer> uncounted = new ConcurrentHashMap<>();

    InboundCount(SendSlots slots, InstantSource clock) {
        this.slots = slots;
        this.clock = clock;
    }

    public void count(EventBatch batch) {
        Instant oldest = clock.instant().minus(STILL_COUNTS);
        for (EventBatch.Item item : batch.accepted()) {
            if (item.event().data() instanceof EventData.MessageReceived
                    && item.event().number() != null
                    && item.event().time().isAfter(oldest)) {
                uncounted.merge(item.event().number(), 1, Integer::sum);
            }
        }
    }

    /** Takes what was gathered to the slots; numbers that have never sent have none. */
    public void settle() {
        for (PhoneNumberId number : List.copyOf(uncounted.keySet())) {
            Integer messages = uncounted.remove(number);
            if (messages != null) {
                slots.fill(number, messages);
            }
        }
    }
}
