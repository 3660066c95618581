package org.coexhub.platform.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.sql.SQLTransientConnectionException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.RejectedExecutionException;
import java.util.stream.IntStream;

class GroupCommitTest {

    private final List<List<Integer>> goes = new CopyOnWriteArrayList<>();
    private final CompletableFuture<Void> firstGoMayEnd = new CompletableFuture<>();
    private final GroupCommit<Integer, String> group =
            new GroupCommit<>("group-test", 1, 4, this::carryOut);

    private List<String> carryOut(List<Integer> calls) {
        goes.add(calls);
        if (calls.contains(0)) {
            firstGoMayEnd.join();
        }
        if (calls.contains(13)) {
            throw new IllegalArgumentException("13");
        }
        if (calls.contains(99)) {
            throw new IllegalStateException(new SQLTransientConnectionException("away"));
        }
        return calls.stream().map(call -> "answer " + call).toList();
    }

    @AfterEach
    void close() {
        firstGoMayEnd.complete(null);
        group.close();
    }

    private List<CompletableFuture<String>> behindAFirst(int... calls) {
        group.submit(0);
        var answers = IntStream.of(calls).mapToObj(group::submit).toList();
        firstGoMayEnd.complete(null);
        return answers;
    }

    @Test
    void carriesOutTogetherWhatCameMeanwhileAndNoMoreThanTheMost() {
        var answers = behindAFirst(1, 2, 3, 4, 5);

        assertThat(answers.stream().map(CompletableFuture::join))
                .containsExactly("answer 1", "answer 2", "answer 3", "answer 4", "answer 5");
        // The first goes alone, or with those that came before its thread had looked.
        assertThat(goes).hasSizeLessThan(4).allMatch(go -> go.size() <= 4);
    }

    @Test
    void oneThatFailsFailsAlone() {
        var answers = behindAFirst(1, 13, 2);

        assertThat(answers.get(0).join()).isEqualTo("answer 1");
        assertThat(answers.get(2).join()).isEqualTo("answer 2");
        assertThat(answers.get(1)).completesExceptionallyWithin(java.time.Duration.ofSeconds(10));
        assertThatThrownBy(() -> group.call(13)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aPassingFailureMeetsAllAndNothingIsTriedAlone() {
        var answers = behindAFirst(1, 99, 2);

        assertThat(answers)
                .allSatisfy(
                        answer ->
                                assertThatThrownBy(answer::join)
                                        .hasRootCauseInstanceOf(
                                                SQLTransientConnectionException.class));
        assertThat(goes.stream().filter(go -> go.contains(99))).hasSize(1);
    }

    @Test
    void carriesOutWhatWasAskedForBeforeTheEndAndNothingAfterIt() {
        var answers = behindAFirst(1, 2);

        group.close();

        assertThat(answers).allMatch(CompletableFuture::isDone);
        assertThatThrownBy(() -> group.call(3)).isInstanceOf(RejectedExecutionException.class);
    }
}
