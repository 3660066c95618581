package org.coexhub.crash;

import org.coexhub.testing.HubProcess;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;

/**
 * The moment in a hub's life at which a crash test kills it.
 *
 * @param whileStarting the time counts from the start of the process, not from when it is ready
 */
record KillMoment(boolean whileStarting, Duration after) {

    private static final int LONGEST_LIFE_MILLIS = 2000;
    private static final int LONGEST_START_MILLIS = 3000;

    /** Just ready and recovering; with full hands; while it starts on what the kills before left; well under way. */
    static final List<KillMoment> ENUMERATED =
            List.of(
                    new KillMoment(false, Duration.ZERO),
                    new KillMoment(false, Duration.ofMillis(500)),
                    new KillMoment(true, Duration.ofMillis(1500)),
                    new KillMoment(false, Duration.ofMillis(1500)));

    /** @param kill counted from 1; past the enumerated ones it is random, every fourth while the hub starts */
    static KillMoment number(int kill, Random random) {
        if (kill <= ENUMERATED.size()) {
            return ENUMERATED.get(kill - 1);
        }
        boolean whileStarting = kill % 4 == 0;
        int longest = whileStarting ? LONGEST_START_MILLIS : LONGEST_LIFE_MILLIS;
        return new KillMoment(whileStarting, Duration.ofMillis(random.nextInt(longest)));
    }

    /** Starts the hub and returns when its moment has come. */
    void await(HubProcess hub, Duration patience) throws IOException {
        hub.start();
        if (!whileStarting) {
            hub.awaitReady(patience);
        }
        LockSupport.parkNanos(after.toNanos());
    }
}
