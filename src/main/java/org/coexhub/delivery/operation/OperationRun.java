package org.coexhub.delivery.operation;

import org.coexhub.delivery.deadletter.LetterProgress;
import org.coexhub.platform.lease.Lease;

import java.time.Duration;
import java.util.function.BooleanSupplier;

/** One node doing an operation: says whether it may go on, and notes how far it is. */
final class OperationRun implements LetterProgress {

    private static final long BETWEEN_LOOKS = Duration.ofMillis(200).toNanos();

    private final OperationStore store;
    private final String id;
    private final Lease lease;
    private final BooleanSupplier ending;
    private StoredOperation seen;
    private long lookedAt = System.nanoTime();
    private long done;
    private long noted;
    private boolean interrupted;

    /** @param ending whether this node ends */
    OperationRun(
            OperationStore store, StoredOperation operation, Lease lease, BooleanSupplier ending) {
        this.store = store;
        this.id = operation.operation().id();
        this.lease = lease;
        this.ending = ending;
        this.seen = operation;
        this.done = operation.operation().done();
        this.noted = done;
    }

    /** As it was last seen. */
    StoredOperation operation() {
        return seen;
    }

    /** As it is now. */
    StoredOperation look() {
        lookedAt = System.nanoTime();
        seen = store.find(id).orElse(seen);
        return seen;
    }

    @Override
    public boolean goesOn() {
        if (System.nanoTime() - lookedAt > BETWEEN_LOOKS) {
            noteDone();
            look();
        }
        interrupted =
                interrupted
                        || !lease.isHeld()
                        || ending.getAsBoolean()
                        || seen.cancelAsked()
                        || !seen.operation().isRunning();
        return !interrupted;
    }

    /** Whether {@link #goesOn} has ever said no. */
    boolean isInterrupted() {
        return interrupted;
    }

    @Override
    public void moved(int letters) {
        done += letters;
    }

    /** What was done before counts as well, where it is known better than from its notes. */
    void doneBefore(long letters) {
        done = letters;
    }

    void noteDone() {
        if (done != noted) {
            store.done(id, done);
            noted = done;
        }
    }
}
