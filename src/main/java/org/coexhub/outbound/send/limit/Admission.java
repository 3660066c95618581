package org.coexhub.outbound.send.limit;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.locks.LockSupport;

/** The answer of the limits to a command whose turn has come. */
public sealed interface Admission {

    /**
     * It may go, and counts from now on. The call has to wait for its slot, a tenth of a second at most.
     *
     * @param slot of its number, and who holds it
     * @param taken when
     * @param notAfter the call has to begin by then, or not at all
     */
    record Permit(Slot slot, Instant taken, Instant notAfter) implements Admission {

        /**
         * Waits for the slot, a tenth of a second at most. False when the hub stops meanwhile, and where the slot is free
         * only when the permit is no longer good.
         */
        public boolean await(InstantSource clock) {
            if (slot.freeAt().isAfter(notAfter)) {
                return false;
            }
            Duration early = Duration.between(clock.instant(), slot.freeAt());
            long end = System.nanoTime() + early.toNanos();
            // Parking may end at any moment, for no reason at all.
            for (long left = end - System.nanoTime(); left > 0; left = end - System.nanoTime()) {
                if (Thread.currentThread().isInterrupted()) {
                    return false;
                }
                LockSupport.parkNanos(left);
            }
            return true;
        }
    }

    /** Its number has sent as much as it may: it joins the backlog. */
    record Queued() implements Admission {}

    /** Its recipient has got as much as he may, until then. */
    record Delayed(Instant until) implements Admission {}
}
