package org.coexhub.inbound.journal;

import org.coexhub.platform.broker.TransactedReceiver;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Paces the router, so that it shares the machine with ingest.
 *
 * <p><b>Giving way.</b> Meta waits for an acknowledgement, and comes again if it is late; an event in the journal is safe
 * and can wait a moment. While requests queue for the disk, each consumer rests for a multiple of the time its batch
 * took, so most of the processor is left for acknowledging; the journal takes what gathers, and the larger batches make
 * up for it.
 *
 * <p><b>Gathering.</b> A batch of few costs nearly as much as one of many. After a small one a consumer rests until its
 * share of {@link #GATHER} is over. The rest comes after the batch, so an event that arrives alone never waits.
 */
final class RouterPace implements TransactedReceiver.Pace {

    private static final Duration GATHER = Duration.ofMillis(20);
    private static final int SMALL_PART = 4;

    private static final int GIVE_WAY_TIMES = 3;
    private static final Duration LONGEST = Duration.ofMillis(200);

    private final BooleanSupplier pressed;
    private final int small;

    /**
     * @param pressed whether requests queue for the disk
     * @param batch most messages of a batch
     */
    RouterPace(BooleanSupplier pressed, int batch) {
        this.pressed = pressed;
        this.small = Math.max(1, batch / SMALL_PART);
    }

    @Override
    public Duration restAfter(int messages, Duration took) {
        if (pressed.getAsBoolean()) {
            Duration way = took.multipliedBy(GIVE_WAY_TIMES);
            return way.compareTo(LONGEST) < 0 ? way : LONGEST;
        }
        return messages < small ? GATHER.minus(took) : Duration.ZERO;
    }
}
