package org.coexhub.sandbox.hubspot;

import com.sun.net.httpserver.Headers;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;

/**
 * The limits of an account's private app: so many calls in any ten seconds, so many a day, and of searches five a
 * second.
 */
final class Limits {

    private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
    private static final Duration SECOND = Duration.ofSeconds(1);
    private static final int SEARCHES = 5;

    private final InstantSource clock;
    private final Deque<Instant> calls = new ArrayDeque<>();
    private final Deque<Instant> searches = new ArrayDeque<>();
    private int burst = 190;
    private long day = 650_000;
    private long usedToday;

    Limits(InstantSource clock) {
        this.clock = clock;
    }

    synchronized void allow(int inTenSeconds, long aDay) {
        burst = inTenSeconds;
        day = aDay;
    }

    synchronized void newDay() {
        usedToday = 0;
    }

    /** @throws HubSpotException one of the limits is reached; the call counts for none */
    synchronized void take(boolean search) {
        Instant now = clock.instant();
        drop(calls, now.minus(TEN_SECONDS));
        drop(searches, now.minus(SECOND));
        if (usedToday >= day) {
            throw HubSpotException.limit("DAILY");
        }
        if (search && searches.size() >= SEARCHES) {
            throw HubSpotException.limit("SECONDLY");
        }
        if (!search && calls.size() >= burst) {
            throw HubSpotException.limit("TEN_SECONDLY_ROLLING");
        }
        usedToday++;
        (search ? searches : calls).addLast(now);
    }

    synchronized void tell(Headers headers) {
        headers.set("X-HubSpot-RateLimit-Interval-Milliseconds", "10000");
        headers.set("X-HubSpot-RateLimit-Max", Integer.toString(burst));
        headers.set(
                "X-HubSpot-RateLimit-Remaining",
                Integer.toString(Math.max(0, burst - calls.size())));
        headers.set("X-HubSpot-RateLimit-Daily", Long.toString(day));
        headers.set(
                "X-HubSpot-RateLimit-Daily-Remaining", Long.toString(Math.max(0, day - usedToday)));
    }

    private static void drop(Deque<Instant> times, Instant before) {
        while (!times.isEmpty() && !times.getFirst().isAfter(before)) {
            times.removeFirst();
        }
    }
}
