package org.coexhub.delivery.failure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells an event that one destination cannot take from a destination that takes nothing.
 *
 * <p><b>What counts against an event.</b> An attempt that failed, where since the attempt before it the destination took some
 * other event. While a receiver is dead it takes nothing, so nothing counts, however long that lasts.
 *
 * <p><b>When it is at fault.</b> After ten attempts that count, and ten minutes after the first: a
 * deployment, a restart of a part of the receiver or a spell of refusals to one customer is over by then. The last
 * attempt has to be one that counts, so that a receiver that has died meanwhile makes no dead letter.
 *
 * <p><b>When others are tried beside it.</b> After a minute: where the event stands before all others, nothing else could
 * tell. Kept in memory, by the broker's id of the message: a restart begins anew and costs ten minutes more.
 */
public final class FailingEvents {

    static final int COUNTED_ATTEMPTS = 10;
    static final Duration AT_FAULT_AFTER = Duration.ofMinutes(10);
    static final int SUSPECTED_ATTEMPTS = 5;
    static final Duration SUSPECTED_AFTER = Duration.ofMinutes(1);

    /** Between the attempts with a suspected event: others go on meanwhile. */
    static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(30);

    private static final int MOST = 10_000;

    private final InstantSource clock;
    private long taken;
    private final Map<String, Standing> standings =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Standing> eldest) {
                    return size() > MOST;
                }
            };

    /**
     * What is known of an event that failed.
     *
     * @param takenBefore how many deliveries the destination had taken when it failed last
     */
    public record Standing(
            int attempts,
            int counted,
            Instant first,
            Instant last,
            long takenBefore,
            boolean suspected,
            boolean atFault) {}

    public FailingEvents(InstantSource clock) {
        this.clock = clock;
    }

    /** The destination took a delivery. */
    public synchronized void delivered() {
        taken++;
    }

    /** @param event the broker's id of its message; of a batch, that of its first */
    public synchronized Standing failed(String event) {
        Instant now = clock.instant();
        Standing before = standings.get(event);
        Standing after =
                before == null
                        ? new Standing(1, 0, now, now, taken, false, false)
                        : again(before, now);
        standings.put(event, after);
        return after;
    }

    private Standing again(Standing before, Instant now) {
        boolean counts = taken > before.takenBefore;
        int attempts = before.attempts + 1;
        int counted = before.counted + (counts ? 1 : 0);
        Duration since = Duration.between(before.first, now);
        return new Standing(
                attempts,
                counted,
                before.first,
                now,
                taken,
                attempts >= SUSPECTED_ATTEMPTS && since.compareTo(SUSPECTED_AFTER) >= 0,
                counts && counted >= COUNTED_ATTEMPTS && since.compareTo(AT_FAULT_AFTER) >= 0);
    }

    /** The standing of a suspected event whose next attempt is not due; null where it may be tried. */
    public synchronized Standing notDue(String event) {
        Standing standing = standings.get(event);
        return standing != null
                        && standing.suspected
                        && clock.instant().isBefore(standing.last.plus(BETWEEN_ATTEMPTS))
                ? standing
                : null;
    }

    /** An event of a suspected delivery, to be tried at once with what is known of the whole. */
    public synchronized void inherit(String event, Standing whole) {
        standings.put(
                event,
                new Standing(
                        whole.attempts,
                        whole.counted,
                        whole.first,
                        whole.last,
                        whole.takenBefore,
                        false,
                        false));
    }

    /** Whether the destination has taken anything since that failure. */
    public synchronized boolean hasTakenSince(Standing failure) {
        return taken > failure.takenBefore;
    }

    /** It was delivered or parked. */
    public synchronized void forget(String event) {
        standings.remove(event);
    }
}
