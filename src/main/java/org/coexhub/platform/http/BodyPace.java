package org.coexhub.platform.http;

import java.time.Duration;

/**
 * The least pace at which a body has to come: it may take five seconds and as long as 64 KB a second take, but no
 * longer than half a minute.
 */
final class BodyPace {

    static final Duration GRACE = Duration.ofSeconds(5);
    static final Duration LONGEST = Duration.ofSeconds(30);

    private static final int LEAST_BYTES_PER_MILLI = 64;

    private BodyPace() {}

    /** Milliseconds after its beginning until which a body of which so much is here may go on. */
    static long millisFor(long received) {
        return Math.min(LONGEST.toMillis(), GRACE.toMillis() + received / LEAST_BYTES_PER_MILLI);
    }
}
