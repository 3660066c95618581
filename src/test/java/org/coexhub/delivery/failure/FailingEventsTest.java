package org.coexhub.delivery.failure;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.Test;

import java.time.Duration;

/** When an event that fails is at fault itself. */
class FailingEventsTest {

    private static final String EVENT = "ID:1";

    private final TestClock clock = new TestClock();
    private final FailingEvents failing = new FailingEvents(clock);

    @Test
    void aDestinationThatTakesNothingMakesNobodyAtFault() {
        failing.delivered();
        for (int i = 0; i < 1000; i++) {
            assertThat(fails(Duration.ofMinutes(5)).atFault()).isFalse();
        }
    }

    @Test
    void anEventThatFailsWhileOthersAreTakenIsAtFaultAfterTenMinutes() {
        fails(Duration.ZERO);
        for (int i = 0; i < 19; i++) {
            failing.delivered();
            assertThat(fails(Duration.ofSeconds(30)).atFault()).isFalse();
        }

        failing.delivered();

        assertThat(fails(Duration.ofSeconds(30)).atFault()).isTrue();
    }

    @Test
    void fewAttemptsAreNotEnoughHoweverLongTheyTake() {
        fails(Duration.ZERO);
        for (int i = 1; i < FailingEvents.COUNTED_ATTEMPTS; i++) {
            failing.delivered();
            assertThat(fails(Duration.ofMinutes(5)).atFault()).isFalse();
        }

        failing.delivered();

        assertThat(fails(Duration.ofMinutes(5)).atFault()).isTrue();
    }

    @Test
    void aReceiverThatHasDiedMeanwhileMakesNoDeadLetter() {
        fails(Duration.ZERO);
        for (int i = 0; i < 15; i++) {
            failing.delivered();
            fails(Duration.ofSeconds(30));
        }

        for (int i = 0; i < 100; i++) {
            assertThat(fails(Duration.ofMinutes(5)).atFault()).isFalse();
        }
    }

    @Test
    void aSuspectedEventIsTriedEveryHalfMinute() {
        for (int i = 0; i < FailingEvents.SUSPECTED_ATTEMPTS; i++) {
            assertThat(failing.notDue(EVENT)).isNull();
            fails(Duration.ofSeconds(20));
        }
        assertThat(failing.notDue(EVENT)).isNotNull();

        clock.advance(FailingEvents.BETWEEN_ATTEMPTS);

        assertThat(failing.notDue(EVENT)).isNull();
    }

    private FailingEvents.Standing fails(Duration later) {
        clock.advance(later);
        return failing.failed(EVENT);
    }
}
