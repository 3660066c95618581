package org.coexhub.delivery.failure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.coexhub.testing.Beside;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

class CircuitTest {

    private final TestClock clock = new TestClock();
    private final Circuit circuit = new Circuit(clock);

    @Test
    void letsEverybodyThroughUntilTheShortRetriesAreUsedUp() {
        circuit.failed("HTTP 503", null);
        circuit.failed("HTTP 503", null);
        assertThat(state()).isEqualTo("closed");

        circuit.failed("HTTP 503", null);

        assertThat(state()).isEqualTo("open");
        assertThat(circuit.view().until()).isEqualTo(clock.instant().plus(Circuit.FIRST_PAUSE));
        assertThat(circuit.view().lastError()).isEqualTo("HTTP 503");
    }

    @Test
    void aSuccessBetweenFailuresStartsTheCountAnew() {
        for (int i = 0; i < 10; i++) {
            circuit.failed("HTTP 503", null);
            circuit.failed("HTTP 503", null);
            circuit.succeeded();
        }
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void letsOneConsumerProbeWhenThePauseIsOverAndTheOthersWait() {
        open();
        CompletableFuture<Boolean> early = waiting();
        clock.advance(Circuit.FIRST_PAUSE.minusMillis(1));
        assertThat(early).isNotDone();
        clock.advance(Duration.ofMillis(1));
        await().until(early::isDone);
        assertThat(state()).isEqualTo("probing");

        CompletableFuture<Boolean> other = waiting();
        clock.advance(Duration.ofHours(1));
        assertThat(other).isNotDone();

        circuit.succeeded();
        await().until(other::isDone);
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void doublesThePauseWithEachFailedProbeUpToFiveMinutes() {
        open();
        Duration expected = Circuit.FIRST_PAUSE;
        for (int i = 0; i < 12; i++) {
            assertThat(Duration.between(clock.instant(), circuit.view().until()))
                    .isEqualTo(expected);
            clock.advance(expected);
            assertThat(circuit.awaitPermit(() -> false)).isTrue();
            circuit.failed("HTTP 503", null);
            Duration doubled = expected.multipliedBy(2);
            expected =
                    doubled.compareTo(Circuit.LONGEST_PAUSE) > 0 ? Circuit.LONGEST_PAUSE : doubled;
        }
        assertThat(expected).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void waitsAsLongAsTheOtherSideAsksAtTheFirstFailureAlready() {
        circuit.failed("HTTP 429", Duration.ofSeconds(90));

        assertThat(state()).isEqualTo("open");
        assertThat(circuit.view().until()).isEqualTo(clock.instant().plusSeconds(90));
    }

    @Test
    void aClockThatIsSetBackMakesNoPauseLonger() {
        open();
        clock.advance(Duration.ofDays(-1));
        assertThat(circuit.view().until()).isEqualTo(clock.instant().plus(Circuit.FIRST_PAUSE));

        clock.advance(Circuit.FIRST_PAUSE);

        assertThat(waiting()).succeedsWithin(Duration.ofSeconds(5)).isEqualTo(true);
        assertThat(state()).isEqualTo("probing");
    }

    @Test
    void aPermitThatWasNotUsedLetsAnotherConsumerProbe() {
        open();
        clock.advance(Circuit.FIRST_PAUSE);
        assertThat(circuit.awaitPermit(() -> false)).isTrue();

        circuit.released();

        assertThat(circuit.awaitPermit(() -> false)).isTrue();
        assertThat(state()).isEqualTo("probing");
    }

    @Test
    void staysPausedByTheOperatorWhateverHappensMeanwhile() {
        circuit.pause();
        circuit.succeeded();
        circuit.failed("HTTP 503", Duration.ofSeconds(1));
        circuit.released();
        clock.advance(Duration.ofDays(1));
        assertThat(state()).isEqualTo("paused");

        CompletableFuture<Boolean> waiting = waiting();
        circuit.resume();
        await().until(waiting::isDone);
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void resumingEndsAlsoAPauseTheCircuitTookItself() {
        open();
        circuit.resume();

        assertThat(circuit.awaitPermit(() -> false)).isTrue();
        circuit.failed("HTTP 503", null);
        assertThat(state()).isEqualTo("closed");
    }

    @Test
    void nobodyWaitsAnyLongerThanTheStop() {
        circuit.pause();
        var stopping = new AtomicBoolean();
        var waiting = Beside.call(() -> circuit.awaitPermit(stopping::get));
        stopping.set(true);

        assertThat(waiting.join()).isFalse();
    }

    private void open() {
        for (int i = 0; i <= Circuit.SHORT_RETRIES; i++) {
            circuit.failed("HTTP 503", null);
        }
    }

    private CompletableFuture<Boolean> waiting() {
        return Beside.call(() -> circuit.awaitPermit(() -> false));
    }

    private String state() {
        return circuit.view().state();
    }
}
