package org.coexhub.outbound.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

import java.time.Duration;

import javax.sql.DataSource;

/** Nothing of a cancelled bulk is sent later, whatever came between. */
class ACancelIsFinishedTest {

    private final DataSource database = TestDatabase.postgres();
    private final TestClock clock = new TestClock();
    private final BulkBench bench = new BulkBench(database, clock);

    @Nested
    class WhereTheHubDiesInTheMiddle {

        @Test
        void whatItHadNotTakenBackIsTakenBackAfterAStart() {
            boolean died = true;
            int transactions = 1;
            while (died) {
                BulkId id = begun(transactions);
                died = cancelDiesAfter(id, transactions++);

                bench.finish(id);

                assertThat(bench.states(id)).containsOnly("cancelled");
            }
            assertThat(transactions).as("places to die at").isGreaterThan(4);
        }

        @Test
        void whatItHadNotTakenBackIsTakenBackByTheSecondRequest() {
            BulkId id = begun(0);
            assertThat(cancelDiesAfter(id, 2)).isTrue();
            assertThat(bench.states(id)).contains("queued");

            bench.release.cancel(id);

            assertThat(bench.states(id)).containsOnly("cancelled");
        }

        @Test
        void noRowOnTheWayToItsCommandBecomesOneThatIsSent() {
            boolean died = true;
            int transactions = 0;
            while (died) {
                BulkId id = bench.intake.acceptJson(BulkBench.greetings(3), "k" + transactions);
                died = releaseDiesAfter(transactions++);
                bench.release.cancel(id);

                bench.finish(id);

                assertThat(bench.states(id))
                        .as("after a death behind transaction %d", transactions - 1)
                        .containsOnly("cancelled");
            }
            assertThat(transactions).as("places to die at").isGreaterThan(10);
        }
    }

    @Test
    void aRowThatBecomesACommandMeanwhileIsTakenBack() {
        BulkId id = bench.intake.acceptJson(BulkBench.greetings(3), "k");
        bench.whenQueued = () -> bench.release.cancel(id);

        bench.release.release();

        assertThat(bench.states(id)).containsOnly("cancelled");
    }

    @Nested
    class WhereEveryRowHasLeftTheSendQueue {

        @Test
        void whatIsHeldForItsWindowIsTakenBack() {
            BulkId id = doneButOneHeld();

            assertThat(bench.release.cancel(id)).isTrue();
            bench.release.release();

            assertThat(bench.states(id)).containsExactly("cancelled", "sent");
            assertThat(bench.report.progress(id).orElseThrow().state()).isEqualTo("cancelled");
            assertThat(bench.report.progress(id).orElseThrow().closedAt()).isNotNull();
        }

        @Test
        void aCancelThatDiesIsFinishedAsWell() {
            BulkId id = doneButOneHeld();
            assertThat(cancelDiesAfter(id, 1)).isTrue();

            bench.finish(id);

            assertThat(bench.states(id)).containsExactly("cancelled", "sent");
        }

        private BulkId doneButOneHeld() {
            BulkId id = begun(0, 2);
            var held = new CommandId(bench.row(id, 1).commandId());
            bench.commands.transition(
                    held,
                    CommandState.QUEUED,
                    CommandState.HELD,
                    TransitionDetails.because("window_closed"));
            bench.send();
            bench.release.release();
            assertThat(bench.states(id)).containsExactly("held", "sent");
            assertThat(bench.report.progress(id).orElseThrow().state()).isEqualTo("done");
            return id;
        }
    }

    private BulkId begun(int number) {
        return begun(number, 5);
    }

    /** A bulk whose first rows are commands on the send queue. */
    private BulkId begun(int number, int rows) {
        BulkId id = bench.intake.acceptJson(BulkBench.greetings(rows), "begun " + number);
        bench.release.release();
        return id;
    }

    private boolean cancelDiesAfter(BulkId id, int transactions) {
        return dies(
                () ->
                        new BulkBench(new DyingDatabase(database, transactions), clock)
                                .release.cancel(id));
    }

    private boolean releaseDiesAfter(int transactions) {
        return dies(
                () ->
                        new BulkBench(new DyingDatabase(database, transactions), clock)
                                .release.release());
    }

    private boolean dies(Runnable act) {
        try {
            act.run();
            return false;
        } catch (RuntimeException | DyingDatabase.Killed killed) {
            return true;
        } finally {
            clock.advance(Duration.ofSeconds(1));
        }
    }
}
