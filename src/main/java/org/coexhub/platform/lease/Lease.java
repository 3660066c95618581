package org.coexhub.platform.lease;

import org.coexhub.platform.broker.PassingFailure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/**
 * The right of this process to do what one node at a time does. It runs out by itself unless it is kept, so the work of a
 * node that was killed goes on elsewhere after {@link #LENGTH}.
 *
 * <p><b>Why two never believe to hold it.</b> The store gives it away again when its own clock has passed the end. Here
 * the end is counted from before the statement that took or kept it was sent, on a clock that only measures spans; so it
 * is over here before it is over there. Who holds it asks {@link #isHeld} right before each piece of work. What was begun
 * before the end may outlast it: a process that stood still for longer than that finds out afterwards.
 */
public final class Lease {

    public static final Duration LENGTH = Duration.ofSeconds(10);

    private static final Logger LOG = LoggerFactory.getLogger(Lease.class);
    private static final Duration INTERVAL = LENGTH.dividedBy(5);

    /** A clock that runs a little faster than the store's does no harm. */
    private static final Duration MARGIN = Duration.ofMillis(500);

    private final LeaseStore store;
    private final String name;
    private final String holder = UUID.randomUUID().toString();
    private volatile long shown;
    private volatile boolean taken;

    public Lease(LeaseStore store, String name) {
        this.store = store;
        this.name = name;
    }

    /** @return for how long nobody had had it; empty when another holder has it, or the store does not answer */
    public Optional<Duration> take() {
        long before = System.nanoTime();
        try {
            Optional<Duration> idle = store.take(name, holder, LENGTH);
            if (idle.isPresent()) {
                shown = before;
                taken = true;
            }
            return idle;
        } catch (DataAccessException | TransactionException away) {
            missed("taken", away);
            return Optional.empty();
        }
    }

    /** Shows the store that this process lives, when it is time. */
    public boolean keep() {
        long before = System.nanoTime();
        if (taken && before - shown > INTERVAL.toNanos()) {
            try {
                taken = store.keep(name, holder, LENGTH);
                shown = taken ? before : shown;
            } catch (DataAccessException | TransactionException away) {
                missed("kept", away);
            }
        }
        return isHeld();
    }

    public boolean isHeld() {
        return taken && System.nanoTime() - shown < LENGTH.minus(MARGIN).toNanos();
    }

    /** Others may have it at once; if the store does not answer, when it runs out. */
    public void letGo() {
        taken = false;
        try {
            store.letGo(name, holder);
        } catch (DataAccessException | TransactionException away) {
            missed("let go; it runs out by itself", away);
        }
    }

    /** What passes is told by everybody else who needs the store. */
    private void missed(String what, RuntimeException failure) {
        if (PassingFailure.isCauseOf(failure)) {
            LOG.debug("Lease {} cannot be {}: {}", name, what, failure.getMessage());
        } else {
            LOG.warn("Lease {} cannot be {}", name, what, failure);
        }
    }
}
