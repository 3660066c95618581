package org.coexhub.connector.hubspot;

import org.coexhub.delivery.failure.DeliveryFailedException;

import java.net.http.HttpHeaders;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.OptionalLong;

/**
 * The account's calls of this day, as HubSpot counts them for all apps together. When the hub's share is reached it
 * leaves the rest to others, and looks again from time to time, for the day ends at midnight of the account's own zone.
 */
final class DailyCalls {

    static final Duration BETWEEN_LOOKS = Duration.ofMinutes(15);

    private static final String MOST = "X-HubSpot-RateLimit-Daily";
    private static final String LEFT = "X-HubSpot-RateLimit-Daily-Remaining";

    private final int percent;
    private final InstantSource clock;
    private long most;
    private long left = Long.MAX_VALUE;
    private Instant nextLook = Instant.MIN;

    DailyCalls(int percent, InstantSource clock) {
        this.percent = percent;
        this.clock = clock;
    }

    /** @throws DeliveryFailedException the share is used up; passing */
    synchronized void spend() {
        if (!isUsedUp()) {
            return;
        }
        Instant now = clock.instant();
        if (now.isBefore(nextLook)) {
            throw DeliveryFailedException.passing(
                    "the share of the day's calls is used up: " + left + " of " + most + " left",
                    null,
                    Duration.between(now, nextLook));
        }
        nextLook = now.plus(BETWEEN_LOOKS);
    }

    /** Search answers come without these headers. */
    synchronized void note(HttpHeaders headers) {
        OptionalLong limit = number(headers, MOST);
        OptionalLong remaining = number(headers, LEFT);
        if (limit.isPresent() && remaining.isPresent()) {
            boolean before = isUsedUp();
            most = limit.getAsLong();
            left = remaining.getAsLong();
            if (isUsedUp() && !before) {
                nextLook = clock.instant().plus(BETWEEN_LOOKS);
            }
        }
    }

    /** NaN until HubSpot has told. */
    synchronized double left() {
        return most == 0 ? Double.NaN : left;
    }

    private boolean isUsedUp() {
        return most > 0 && (most - left) * 100 >= most * percent;
    }

    private static OptionalLong number(HttpHeaders headers, String name) {
        try {
            return headers.firstValueAsLong(name);
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }
}
