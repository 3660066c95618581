package org.coexhub.testing;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;

/** A clock that stands still until it is moved. */
public final class TestClock implements InstantSource {

    public static final Instant START = Instant.parse("2026-11-22T12:00:00Z");

    private final AtomicLong elapsed = new AtomicLong();
    private volatile Instant now = START;

    @Override
    public Instant instant() {
        return now;
    }

    public void advance(Duration time) {
        now = now.plus(time);
        elapsed.addAndGet(time.toNanos());
    }

    /** Sets the wall clock, as an administrator does; no time passes by that. */
    public void set(Instant other) {
        now = other;
    }

    /** What {@link System#nanoTime} is of a real machine: only {@link #advance} moves it. */
    public long nanoTime() {
        return elapsed.get();
    }
}
