package org.coexhub.connector.chatbot;

import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;

/**
 * Decides whether the bot is worth asking. After some failures in a row, whoever's turn it is, it is asked by one
 * conversation at a time and no more often than a growing pause allows; so a bot that hangs does not hold up every
 * conversation for a whole timeout each. Per node, and forgotten by a restart.
 */
@Component
class BotHealth {

    private static final int FAILURES = 3;
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(5);

    private final InstantSource clock;
    private int failuresInRow;
    private Duration pause = FIRST_PAUSE;
    private Instant until = Instant.EPOCH;

    BotHealth(InstantSource clock) {
        this.clock = clock;
    }

    /** Zero: ask now, which while the bot fails is said to one at a time. Otherwise how long to wait first. */
    synchronized Duration waitBeforeAsking() {
        Instant now = clock.instant();
        if (failuresInRow < FAILURES || !now.isBefore(until)) {
            until = now.plus(pause);
            return Duration.ZERO;
        }
        return Duration.between(now, until);
    }

    synchronized void answered() {
        failuresInRow = 0;
        pause = FIRST_PAUSE;
    }

    synchronized void failed() {
        failuresInRow++;
        if (failuresInRow >= FAILURES) {
            until = clock.instant().plus(pause);
            Duration doubled = pause.multipliedBy(2);
            pause = doubled.compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : doubled;
        }
    }
}
