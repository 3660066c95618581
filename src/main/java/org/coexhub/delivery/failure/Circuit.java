package org.coexhub.delivery.failure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Pauses one destination while it fails, and probes it with one message at a time.
 *
 * <pre>
 *             failure (short retries used up)
 *   CLOSED ───────────────────────────────────▶ OPEN ──(pause over, one consumer)──▶ PROBING
 *     ▲  ▲                                       ▲                                     │  │
 *     │  └───────────────── success ─────────────┼─────────────────────────────────────┘  │
 *     │                                          └────────────── failure, pause doubled ──┘
 *     └── resume ── PAUSED ◀── pause (operator) ── any
 * </pre>
 *
 * <p><b>Why order is kept and nothing is lost.</b> A consumer that may not deliver waits here with its message in hand,
 * inside the queue's transaction. It does not give the message back, so nothing behind it in its conversation can pass
 * it and no delivery is counted against it; if the process dies, the broker still has it.
 *
 * <p><b>A clock that is set back</b> to before a pause began lets it begin anew, so however far back, no pause is longer than
 * twice its time. No two nodes share one: each has a circuit of its own.
 *
 * <p>All state changes happen under one lock, in {@link #transition}.
 */
public final class Circuit {

    enum State {
        CLOSED,
        OPEN,
        PROBING,
        PAUSED
    }

    static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** Failures in a row that are retried at once before the circuit opens. */
    public static final int SHORT_RETRIES = 2;

    private static final long TICK_MILLIS = 100;

    private final InstantSource clock;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private volatile Supplier<Optional<Long>> oldestInHand = Optional::empty;
    private State state = State.CLOSED;
    private Instant openedAt = Instant.EPOCH;
    private Duration wait = Duration.ZERO;
    private Duration pause = FIRST_PAUSE;
    private int failuresInRow;
    private String lastError;
    private Instant lastErrorAt;

    public Circuit(InstantSource clock) {
        this.clock = clock;
    }

    /** How the consumers tell when the oldest message they hold entered the queue, in epoch milliseconds. */
    public void oldestInHand(Supplier<Optional<Long>> oldest) {
        this.oldestInHand = oldest;
    }

    public Optional<Long> oldestInHand() {
        return oldestInHand.get();
    }

    /** What an operator sees. */
    public record View(String state, Instant until, String lastError, Instant lastErrorAt) {}

    public View view() {
        lock.lock();
        try {
            return new View(
                    state.name().toLowerCase(java.util.Locale.ROOT),
                    state == State.OPEN ? until() : null,
                    lastError,
                    lastErrorAt);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits until this consumer may deliver.
     *
     * @return false when {@code closing} became true first
     */
    public boolean awaitPermit(BooleanSupplier closing) {
        lock.lock();
        try {
            while (!closing.getAsBoolean()) {
                if (state == State.CLOSED) {
                    return true;
                }
                if (state == State.OPEN && !clock.instant().isBefore(until())) {
                    transition(State.OPEN, State.PROBING);
                    return true;
                }
                changed.await(TICK_MILLIS, TimeUnit.MILLISECONDS);
            }
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    public void succeeded() {
        lock.lock();
        try {
            failuresInRow = 0;
            pause = FIRST_PAUSE;
            if (state == State.PROBING || state == State.OPEN) {
                transition(state, State.CLOSED);
            }
        } finally {
            lock.unlock();
        }
    }

    /** @param retryAfter what the other side asked for, or null */
    public void failed(String error, Duration retryAfter) {
        lock.lock();
        try {
            lastError = error;
            lastErrorAt = clock.instant();
            failuresInRow++;
            boolean probeFailed = state == State.PROBING;
            boolean usedUp =
                    state == State.CLOSED && (failuresInRow > SHORT_RETRIES || retryAfter != null);
            if (probeFailed || usedUp) {
                openedAt = clock.instant();
                wait = retryAfter != null && retryAfter.compareTo(pause) > 0 ? retryAfter : pause;
                Duration doubled = pause.multipliedBy(2);
                pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
                transition(state, State.OPEN);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Whether somebody may be tried who does not probe: it is closed, or open, its pause is over and nobody probes. */
    public boolean isPassable() {
        lock.lock();
        try {
            return state == State.CLOSED
                    || state == State.OPEN && !clock.instant().isBefore(until());
        } finally {
            lock.unlock();
        }
    }

    /** A failure that says nothing of the destination: shown, and nothing else. */
    public void noted(String error) {
        lock.lock();
        try {
            lastError = error;
            lastErrorAt = clock.instant();
        } finally {
            lock.unlock();
        }
    }

    /** Gives a permit back that was not used, so that another consumer can probe. */
    public void released() {
        lock.lock();
        try {
            if (state == State.PROBING) {
                transition(State.PROBING, State.OPEN);
            }
        } finally {
            lock.unlock();
        }
    }

    public boolean isPaused() {
        lock.lock();
        try {
            return state == State.PAUSED;
        } finally {
            lock.unlock();
        }
    }

    public void pause() {
        lock.lock();
        try {
            transition(state, State.PAUSED);
        } finally {
            lock.unlock();
        }
    }

    /** Also ends a pause the circuit itself took: the operator knows better. */
    public void resume() {
        lock.lock();
        try {
            failuresInRow = 0;
            pause = FIRST_PAUSE;
            transition(state, State.CLOSED);
        } finally {
            lock.unlock();
        }
    }

    private Instant until() {
        Instant now = clock.instant();
        if (now.isBefore(openedAt)) {
            openedAt = now;
        }
        return openedAt.plus(wait);
    }

    private void transition(State expected, State next) {
        if (state != expected) {
            throw new IllegalStateException("circuit is " + state + ", not " + expected);
        }
        state = next;
        changed.signalAll();
    }
}
