package org.coexhub.delivery.deadletter;

import org.coexhub.delivery.catalogue.LeaseNames;
import org.coexhub.platform.lease.Lease;
import org.coexhub.platform.lease.LeaseStore;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Function;

/**
 * Lets one at a time, of all nodes, go round a queue of dead letters. Two at once would meet each other's letters: what
 * one has in hand the other does not see, and takes for gone.
 */
@Component
class LetterTurns {

    private static final Duration TICK = Duration.ofMillis(100);
    private static final Duration PATIENCE = Duration.ofMinutes(2);

    private final LeaseStore leases;

    LetterTurns(LeaseStore leases) {
        this.leases = leases;
    }

    /**
     * Waits for the turn.
     *
     * @param goesOn asked while it waits
     * @param work asks what it is given whether the turn is still its own, before each of its transactions
     * @return empty when it was not to go on before the turn came
     */
    <T> Optional<T> take(
            String destination, BooleanSupplier goesOn, Function<BooleanSupplier, T> work) {
        var lease = new Lease(leases, LeaseNames.letters(destination));
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (lease.take().isEmpty()) {
            if (!goesOn.getAsBoolean()) {
                return Optional.empty();
            }
            if (System.nanoTime() - deadline > 0) {
                throw new LettersBusyException(destination);
            }
            LockSupport.parkNanos(TICK.toNanos());
        }
        Thread keeper = Thread.ofVirtual().start(() -> keep(lease));
        try {
            return Optional.of(work.apply(lease::isHeld));
        } finally {
            lease.letGo();
            LockSupport.unpark(keeper);
        }
    }

    private static void keep(Lease lease) {
        while (lease.keep()) {
            LockSupport.parkNanos(TICK.toNanos());
        }
    }
}
