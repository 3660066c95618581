package org.coexhub.platform.lease;

import static org.assertj.core.api.Assertions.assertThat;

import org.coexhub.platform.store.SqlTimes;
import org.coexhub.testing.HeldRows;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** Rows that are work, and the nodes that take them. */
class DueRowsTest {

    private static final Duration LENGTH = Duration.ofMinutes(2);

    private final JdbcClient jdbc = JdbcClient.create(TestDatabase.postgres());
    private final TestClock clock = new TestClock();
    private final DueRows rows = node(clock);

    @BeforeEach
    void table() {
        jdbc.sql(
                        "CREATE TABLE work (id INT PRIMARY KEY, note TEXT, ended BOOLEAN NOT NULL"
                            + " DEFAULT FALSE, due_at TIMESTAMPTZ NOT NULL, held_until TIMESTAMPTZ,"
                            + " tries INT NOT NULL DEFAULT 0)")
                .update();
    }

    @Test
    void theOldestThatIsDueComesFirst() {
        due(1, Duration.ZERO);
        due(2, Duration.ofSeconds(-1));
        due(3, Duration.ofSeconds(1));

        assertThat(take(rows)).contains(2);
        assertThat(take(rows)).contains(1);
        assertThat(take(rows)).isEmpty();
        clock.advance(Duration.ofSeconds(1));
        assertThat(rows.due()).containsExactly("3");
    }

    @Test
    void eachRowIsTakenByOneOfManyNodes() throws Exception {
        IntStream.range(0, 100).forEach(id -> due(id, Duration.ZERO));
        var taken = new ArrayList<Integer>();
        try (var threads = Executors.newFixedThreadPool(4)) {
            Callable<List<Integer>> work =
                    () -> {
                        var mine = new ArrayList<Integer>();
                        while (!rows.due().isEmpty()) {
                            take(node(clock)).ifPresent(mine::add);
                        }
                        return mine;
                    };
            for (Future<List<Integer>> node : threads.invokeAll(List.of(work, work, work, work))) {
                taken.addAll(node.get());
            }
        }

        assertThat(taken).hasSize(100).doesNotHaveDuplicates();
    }

    @Test
    void aNodeWhoseClockIsAheadTakesNothingOutOfAnothersHand() {
        due(1, Duration.ZERO);
        assertThat(take(rows)).contains(1);

        DueRows ahead = node(() -> clock.instant().plus(Duration.ofDays(1)));

        assertThat(ahead.due()).isEmpty();
        assertThat(ahead.take(1, LENGTH, (row, number) -> row.getInt(1))).isEmpty();
    }

    @Test
    void aDeadNodesRowIsTakenWhenItsTimeIsOver() {
        due(1, Duration.ZERO);
        take(rows);
        clock.advance(LENGTH);
        assertThat(take(rows)).isEmpty();

        HeldRows.age(jdbc, "work", LENGTH);

        assertThat(take(rows)).contains(1);
        assertThat(tries(1)).isEqualTo(2);
    }

    @Test
    void whatIsPutBackIsDueThenAndWhatWasNotTriedDoesNotCount() {
        due(1, Duration.ZERO);
        due(2, Duration.ZERO);
        take(rows);
        take(rows);
        Instant soon = clock.instant().plusSeconds(5);

        rows.later(1, soon, Map.of("note", "refused"));
        rows.untried(2, soon, Map.of());

        assertThat(rows.due()).isEmpty();
        clock.advance(Duration.ofSeconds(5));
        assertThat(rows.due()).containsExactly("1", "2");
        assertThat(jdbc.sql("SELECT note FROM work WHERE id = 1").query(String.class).single())
                .isEqualTo("refused");
        assertThat(tries(1)).isEqualTo(1);
        assertThat(tries(2)).isZero();
    }

    @Test
    void whatHasEndedIsNotPutBackByWhoComesLate() {
        due(1, Duration.ZERO);
        take(rows);
        jdbc.sql("UPDATE work SET ended = TRUE, held_until = NULL, note = 'done'").update();

        rows.later(1, clock.instant(), Map.of("note", "late"));

        assertThat(rows.due()).isEmpty();
        assertThat(jdbc.sql("SELECT note FROM work").query(String.class).single())
                .isEqualTo("done");
    }

    private DueRows node(InstantSource time) {
        return new DueRows(jdbc, time, "work", "id", "NOT ended", "due_at, id");
    }

    private static Optional<Integer> take(DueRows node) {
        return node.take(LENGTH, (row, number) -> row.getInt("id"));
    }

    private void due(int id, Duration fromNow) {
        jdbc.sql("INSERT INTO work (id, due_at) VALUES (:id, :due)")
                .param("id", id)
                .param("due", SqlTimes.at(clock.instant().plus(fromNow)))
                .update();
    }

    private int tries(int id) {
        return jdbc.sql("SELECT tries FROM work WHERE id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
    }
}
