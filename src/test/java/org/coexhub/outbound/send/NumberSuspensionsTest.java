package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.graph.ErrorTable;
import org.coexhub.outbound.graph.ErrorTable.Action;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;

import java.time.Duration;

class NumberSuspensionsTest {

    private static final PhoneNumberId NUMBER = new PhoneNumberId("106");

    private final ErrorTable.Row badToken = ErrorTable.load().find(190);
    private final TestClock clock = new TestClock();

    @Test
    void letsOneProbeThroughAtATime() {
        var suspensions = new NumberSuspensions(TestDatabase.postgres(), clock);
        assertThat(suspensions.claimProbe(NUMBER)).isFalse();

        suspensions.suspend(NUMBER, badToken, 190);
        assertThat(suspensions.claimProbe(NUMBER)).isFalse();

        clock.advance(Duration.ofSeconds(5));
        assertThat(suspensions.claimProbe(NUMBER)).isTrue();
        assertThat(suspensions.claimProbe(NUMBER)).isFalse();
    }

    @Test
    void probesEverMoreSeldomButNotTooSeldom() {
        var suspensions = new NumberSuspensions(TestDatabase.postgres(), clock);
        for (int probe = 0; probe < 8; probe++) {
            Duration pause =
                    Duration.between(clock.instant(), suspensions.suspend(NUMBER, badToken, 190));
            assertThat(pause).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(30));
            clock.advance(pause);
            assertThat(suspensions.claimProbe(NUMBER)).isTrue();
        }
        assertThat(suspensions.find(NUMBER))
                .hasValueSatisfying(
                        suspension -> {
                            assertThat(suspension.reason()).isEqualTo("token_invalid");
                            assertThat(suspension.since()).isEqualTo(TestClock.START);
                            assertThat(suspension.probes()).isEqualTo(8);
                        });
    }

    @Test
    void goesOnWhenAProbeNeverReportedBack() {
        var suspensions = new NumberSuspensions(TestDatabase.postgres(), clock);
        suspensions.suspend(NUMBER, badToken, 190);
        clock.advance(Duration.ofSeconds(5));
        suspensions.claimProbe(NUMBER);

        clock.advance(Duration.ofSeconds(60));
        assertThat(suspensions.claimProbe(NUMBER)).isTrue();
    }

    @Test
    void forgetsANumberThatIsWell() {
        var suspensions = new NumberSuspensions(TestDatabase.postgres(), clock);
        suspensions.suspend(NUMBER, badToken, 190);
        assertThat(suspensions.all()).hasSize(1);

        suspensions.lift(NUMBER);

        assertThat(suspensions.all()).isEmpty();
    }

    @Test
    void noRowOfTheErrorTableProbesTooOftenOrTooSeldom() {
        ErrorTable table = ErrorTable.load();
        assertThat(table.rows().stream().filter(row -> row.action() == Action.STOP_NUMBER))
                .allSatisfy(
                        row -> {
                            assertThat(row.first())
                                    .isGreaterThanOrEqualTo(NumberSuspensions.SHORTEST_PAUSE);
                            assertThat(row.longest()).isLessThanOrEqualTo(Duration.ofSeconds(60));
                        });
        assertThat(table.find(190).longest()).isLessThanOrEqualTo(Duration.ofSeconds(30));
    }
}
