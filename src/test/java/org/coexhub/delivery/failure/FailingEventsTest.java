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

    @Test
    void fiveAttemptsThatCountMakeAnEventSuspectedAtOnce() {
        fails(Duration.ZERO);
        for (int i = 1; i < FailingEvents.SUSPECTED_ATTEMPTS; i++) {
            failing.delivered();
            assertThat(fails(Duration.ZERO).suspected()).isFalse();
        }

        failing.delivered();

        assertThat(fails(Duration.ZERO).suspected()).isTrue();
    }

    @Test
    void forAnHourAfterOneTheNextIsSetAsideAtItsFirstFailure() {
        failing.delivered();
        assertThat(failing.failed("ID:0", true).aside()).isFalse();
        for (int i = 0; i < FailingEvents.SUSPECTED_ATTEMPTS; i++) {
            fails(Duration.ofSeconds(20));
        }
        failing.delivered();
        fails(FailingEvents.BETWEEN_ATTEMPTS);
        failing.delivered();

        assertThat(failing.failed("ID:2", true).aside()).isTrue();
        assertThat(failing.failed("ID:2", true).suspected()).as("no other was taken").isFalse();
        failing.delivered();
        assertThat(failing.failed("ID:2", true).suspected()).isTrue();
        assertThat(failing.failed("ID:3", false).aside()).as("it sent before").isFalse();

        clock.advance(Duration.ofHours(1));
        failing.delivered();
        assertThat(failing.failed("ID:4", true).aside()).isFalse();
    }

    @Test
    void whileNothingIsTakenOneOfAllIsTriedAndSeldomer() {
        for (int i = 0; i < FailingEvents.SUSPECTED_ATTEMPTS; i++) {
            fails(Duration.ofSeconds(20));
        }
        failing.inheritResting("ID:2", failing.of(EVENT));
        clock.advance(FailingEvents.BETWEEN_ATTEMPTS);
        assertThat(failing.notDue("ID:2")).isNull();

        fails(Duration.ZERO);

        clock.advance(FailingEvents.BETWEEN_ATTEMPTS);
        assertThat(failing.notDue("ID:2")).isNotNull();
        assertThat(failing.notDue(EVENT)).isNotNull();
        failing.delivered();
        assertThat(failing.notDue("ID:2")).isNull();
        assertThat(failing.notDue(EVENT)).isNull();
    }

    private FailingEvents.Standing fails(Duration later) {
        clock.advance(later);
        return failing.failed(EVENT, true);
    }
}
