package org.coexhub.inbound.journal;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

/** Acknowledging goes first; an event that comes alone never waits. */
class RouterPaceTest {

    private static final int BATCH = 100;

    private boolean pressed;
    private final RouterPace pace = new RouterPace(() -> pressed, BATCH);

    @Test
    void whileRequestsQueueItRestsForAMultipleOfItsWork() {
        pressed = true;
        assertThat(pace.restAfter(BATCH, Duration.ofMillis(40))).isEqualTo(Duration.ofMillis(120));
    }

    @Test
    void itNeverRestsSoLongThatTheBacklogStandsStill() {
        pressed = true;
        assertThat(pace.restAfter(BATCH, Duration.ofSeconds(9))).isEqualTo(Duration.ofMillis(200));
    }

    @Test
    void aBacklogIsWorkedOffWithoutRest() {
        assertThat(pace.restAfter(BATCH, Duration.ofMillis(40))).isZero();
    }

    @Test
    void afterASmallBatchOthersGather() {
        assertThat(pace.restAfter(1, Duration.ofMillis(5))).isEqualTo(Duration.ofMillis(15));
    }

    @Test
    void aSmallBatchThatTookLongEnoughIsNoReasonToRest() {
        assertThat(pace.restAfter(1, Duration.ofMillis(30)).isPositive()).isFalse();
    }
}
