package org.coexhub.outbound.bulk;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import javax.sql.DataSource;

/** The process dies between any two of its transactions, and goes on after a start. */
class ACrashDoublesNoRowTest {

    private static final int ROWS = 5;

    @Test
    void whereverTheReleaseDiesEachRowBecomesOneCommand() {
        boolean died = true;
        int transactions = 0;
        while (died) {
            died = diesAfter(transactions++);
        }
        assertThat(transactions).as("places to die at").isGreaterThan(10);
    }

    /** @return false when the release came to its end before */
    private static boolean diesAfter(int transactions) {
        DataSource database = TestDatabase.postgres();
        var clock = new TestClock();
        BulkId id =
                new BulkBench(database, clock).intake.acceptJson(BulkBench.greetings(ROWS), "k");
        var dying = new DyingDatabase(database, transactions);
        boolean died = false;
        try {
            new BulkBench(dying, clock).release.release();
        } catch (RuntimeException | DyingDatabase.Killed killed) {
            died = true;
        }

        new BulkBench(database, clock).finish(id);

        JdbcClient jdbc = JdbcClient.create(database);
        assertThat(jdbc.sql("SELECT COUNT(*) FROM command").query(Long.class).single())
                .as("commands after a death behind transaction %d", transactions)
                .isEqualTo(ROWS);
        assertThat(
                        jdbc.sql(
                                        "SELECT COUNT(DISTINCT recipient) FROM command WHERE state"
                                                + " = 'sent'")
                                .query(Long.class)
                                .single())
                .isEqualTo(ROWS);
        assertThat(
                        jdbc.sql("SELECT COUNT(DISTINCT command_id) FROM bulk_row")
                                .query(Long.class)
                                .single())
                .isEqualTo(ROWS);
        return died;
    }
}
