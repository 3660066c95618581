package org.coexhub.routes;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/** Runs like the real one, and can be put forward. */
public final class ShiftedClock implements InstantSource {

    private volatile Duration shift = Duration.ZERO;

    @Override
    public Instant instant() {
        return Instant.now().plus(shift);
    }

    public void advance(Duration time) {
        shift = shift.plus(time);
    }
}
