package org.coexhub.delivery.operation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import org.coexhub.testing.Beside;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

import javax.sql.DataSource;

/** What the store promises of operations, on a real database. */
abstract class OperationStoreContract {

    private final TestClock clock = new TestClock();
    private OperationStore store;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        store = new OperationStore(freshDatabase(), clock);
    }

    @Test
    void theSameKeyIsTheSameOperationEvenAfterItsEnd() {
        Operation first = store.accept(order("crm", "{}", "key"));

        assertThat(store.accept(order("crm", "{}", "key"))).isEqualTo(first);
        store.end(first.id(), Operation.State.DONE, null);
        assertThat(store.accept(order("crm", "{}", "key")).id()).isEqualTo(first.id());
        assertThat(store.accept(order("crm", "{}", "other")).id()).isNotEqualTo(first.id());
    }

    @Test
    void aKeyOfAnotherRequestIsRefused() {
        Operation first = store.accept(order("crm", "{}", "key"));

        refused(order("crm", "{\"type\":\"x\"}", "key"), first);
        refused(order("shop", "{}", "key"), first);
        assertThat(store.accept(order("shop", "{}", null)).isRunning()).isTrue();
    }

    @Test
    void oneAtATimeForEachDestination() {
        Operation crm = store.accept(order("crm", "{}", null));
        Operation shop = store.accept(order("shop", "{}", null));
        refused(order("crm", "{}", null), crm);
        store.end(crm.id(), Operation.State.CANCELLED, null);

        var all = new TreeSet<>(List.of("crm", "in", "shop"));
        var ofAll = new OperationStore.Order("discard", "*", all, "api", "{}", "all");
        refused(ofAll, shop);

        store.end(shop.id(), Operation.State.DONE, null);
        Operation several = store.accept(ofAll);
        assertThat(store.held(several.id())).containsExactly("crm", "in", "shop");
        refused(order("in", "{}", null), several);
        assertThat(store.running()).containsExactly(several.id());
    }

    @Test
    void ofManyRequestsAtTheSameTimeOneBegins() {
        var refused = new AtomicInteger();
        List<CompletableFuture<String>> asked =
                IntStream.range(0, 6)
                        .mapToObj(
                                n ->
                                        Beside.call(
                                                () -> {
                                                    String key = n % 2 == 0 ? "key" : "own" + n;
                                                    try {
                                                        return store.accept(order("crm", "{}", key))
                                                                .id();
                                                    } catch (OperationRefusedException e) {
                                                        refused.incrementAndGet();
                                                        return e.other().id();
                                                    }
                                                }))
                        .toList();

        assertThat(asked.stream().map(CompletableFuture::join).distinct()).hasSize(1);
        assertThat(refused.get()).isPositive();
        assertThat(store.list("", "crm", 10)).hasSize(1);
    }

    @Test
    void aStepIsCountedOnceAndGoesOnFromItsPlace() {
        String id = store.accept(order("crm", "{}", null)).id();
        assertThat(store.begin(id, "0-1", "9-9", 0)).isTrue();
        assertThat(store.begin(id, "0-1", "8-8", 0)).isFalse();

        assertThat(store.plan(id, "0-1", "4-2", 7)).isTrue();
        assertThat(store.plan(id, "0-1", "5-0", 9)).isFalse();
        StoredOperation planned = store.find(id).orElseThrow();
        assertThat(planned.stepPlace()).isEqualTo("4-2");
        assertThat(planned.stepSize()).isEqualTo(7);

        var counted = new AtomicInteger();
        for (int node = 0; node < 2; node++) {
            store.stepDone(id, "0-1", "4-2", 7, counted::incrementAndGet);
        }
        StoredOperation done = store.find(id).orElseThrow();
        assertThat(counted.get()).isOne();
        assertThat(done.place()).isEqualTo("4-2");
        assertThat(done.endPlace()).isEqualTo("9-9");
        assertThat(done.stepPlace()).isNull();
        assertThat(done.operation().done()).isEqualTo(7);
        assertThat(done.operation().matched()).isEqualTo(7);
    }

    @Test
    void anOperationHasOneBaton() {
        String id = store.accept(order("crm", "{}", null)).id();

        assertThat(store.giveBaton(id, "first")).isTrue();
        assertThat(store.giveBaton(id, "second")).isFalse();

        assertThat(store.find(id).orElseThrow().baton()).isEqualTo("first");
        store.end(id, Operation.State.DONE, null);
        assertThat(store.giveBaton(id, "late")).isFalse();
    }

    @Test
    void anEndIsForGoodAndSaysWhatWasNotDone() {
        String id = store.accept(order("crm", "{}", null)).id();
        store.begin(id, "counted", null, 5);
        store.done(id, 3);
        assertThat(store.cancel(id)).isTrue();
        assertThat(store.find(id).orElseThrow().cancelAsked()).isTrue();

        store.end(id, Operation.State.DONE, null);
        store.end(id, Operation.State.FAILED, "too late");

        Operation ended = store.find(id).orElseThrow().operation();
        assertThat(ended.state()).isEqualTo(Operation.State.DONE);
        assertThat(ended.failed()).isEqualTo(2);
        assertThat(ended.reason()).isNull();
        assertThat(ended.endedAt()).isNotNull();
        assertThat(store.cancel(id)).isFalse();
        assertThat(store.list("done", "", 10)).containsExactly(ended);
        assertThat(store.list("running", "", 10)).isEmpty();
    }

    @Test
    void onlyWhatEndedLongAgoIsForgotten() {
        String ended = store.accept(order("crm", "{}", "key")).id();
        store.end(ended, Operation.State.FAILED, "x".repeat(2000));
        String running = store.accept(order("crm", "{}", null)).id();

        store.forget(Duration.ofDays(1));
        assertThat(store.find(ended)).isPresent();
        clock.advance(Duration.ofDays(2));
        store.forget(Duration.ofDays(1));

        assertThat(store.find(ended)).isEmpty();
        assertThat(store.find(running)).isPresent();
    }

    private void refused(OperationStore.Order order, Operation because) {
        assertThatExceptionOfType(OperationRefusedException.class)
                .isThrownBy(() -> store.accept(order))
                .satisfies(e -> assertThat(e.other().id()).isEqualTo(because.id()));
    }

    private static OperationStore.Order order(String name, String request, String key) {
        return new OperationStore.Order(
                "replay", name, new TreeSet<>(List.of(name)), "api", request, key);
    }
}
