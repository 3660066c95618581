package org.coexhub.delivery.consumer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import jakarta.jms.Session;

import org.coexhub.delivery.consumer.RestingConversations.Rest;
import org.coexhub.platform.broker.Received;
import org.coexhub.platform.broker.TransactedReceiver;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.atomic.AtomicInteger;

/** Which message is delivered when, while the receiver takes nothing of some conversations. */
class RestingConversationsTest {

    private static final Rest REST = Rest.asked(Duration.ofMillis(5));

    private final Queue<Received> queue = new ArrayDeque<>();
    private final List<String> delivered = new ArrayList<>();

    /** How often each conversation is still refused. */
    private final Map<String, Integer> refusals = new HashMap<>();

    @Test
    void othersPassAndEachConversationKeepsItsOrder() throws Exception {
        refusals.putAll(Map.of("a", 3, "b", 1));
        for (String name : List.of("a2", "c1", "b1", "a3", "c2", "b2", "c3")) {
            queue.add(message(name));
        }

        deliverBeside(message("a1"), REST);

        assertThat(delivered)
                .containsExactlyInAnyOrder("a1", "a2", "a3", "b1", "b2", "c1", "c2", "c3");
        for (String conversation : List.of("a", "b", "c")) {
            assertThat(delivered.stream().filter(name -> name.startsWith(conversation))).isSorted();
        }
        assertThat(delivered.getFirst()).isEqualTo("c1");
    }

    @Test
    void soManyAreTakenAtMostAndTheRestStaysInTheQueue() throws Exception {
        refusals.put("a", 2);
        for (int i = 0; i < 1500; i++) {
            queue.add(message("a" + i));
        }

        deliverBeside(message("a"), Rest.asked(Duration.ofMillis(50)));

        assertThat(delivered.size() + queue.size()).isEqualTo(1501);
        assertThat(delivered).hasSizeLessThanOrEqualTo(1000);
    }

    @Test
    void aNodeThatEndsGivesAllOfItBack() {
        var asked = new AtomicInteger();
        var resting =
                new RestingConversations(
                        work(), () -> asked.incrementAndGet() > 2, (m, others) -> REST);
        resting.setAside(message("a1"), REST);

        assertThatThrownBy(() -> resting.deliverBeside()).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void besideASuspectOnlySomeAreTakenForEachOfItsAttempts() throws Exception {
        for (int i = 0; i < 100; i++) {
            queue.add(message("b" + i));
        }
        var attempts = new AtomicInteger(1);
        var left = new ArrayList<>(List.of(100));
        var resting =
                new RestingConversations(
                        work(),
                        () -> false,
                        (message, others) -> {
                            if (!message.id().equals("a")) {
                                return null;
                            }
                            if (left.getLast() == queue.size()) {
                                attempts.incrementAndGet();
                            }
                            left.add(queue.size());
                            return attempts.get() == 3 ? null : suspected(attempts.get());
                        });

        resting.setAside(message("a"), suspected(1));
        resting.deliverBeside();

        assertThat(left).contains(75).endsWith(50, 50);
    }

    /** The suspects end only once it is full, and after attempts that had another taken before them. */
    @Test
    void aFullTransactionTakesOneForEachAttemptOfItsSuspects() throws Exception {
        var taken = new AtomicInteger();
        Map<String, Integer> attempts = new HashMap<>();
        Map<String, Integer> takenBefore = new HashMap<>();
        Map<String, Integer> counted = new HashMap<>();
        for (int i = 0; i < 1200; i++) {
            queue.add(message("b" + i));
        }
        long end = System.nanoTime() + Duration.ofSeconds(20).toNanos();
        var resting =
                new RestingConversations(
                        work(),
                        () -> System.nanoTime() > end,
                        (message, others) -> {
                            String name = message.id();
                            if (name.startsWith("b")) {
                                taken.incrementAndGet();
                                return null;
                            }
                            Integer before = takenBefore.put(name, taken.get());
                            if (before != null && before < taken.get()) {
                                counted.merge(name, 1, Integer::sum);
                            }
                            return taken.get() > 998 && counted.get(name) > 45
                                    ? null
                                    : new Rest(
                                            Duration.ofMillis(5),
                                            attempts.merge(name, 1, Integer::sum));
                        });

        resting.setAside(message("s"), new Rest(Duration.ofMillis(5), 1));
        resting.setAside(message("t"), new Rest(Duration.ofMillis(5), 1));
        resting.deliverBeside();

        assertThat(taken.get()).isBetween(998, 1100);
    }

    private static Rest suspected(int attempts) {
        return new Rest(Duration.ofMillis(50), attempts);
    }

    private void deliverBeside(Received first, Rest rest) throws Exception {
        var resting =
                new RestingConversations(
                        work(), () -> false, (message, others) -> deliver(message));
        resting.setAside(first, rest);
        resting.deliverBeside();
    }

    private Rest deliver(Received message) {
        String conversation = message.property("JMSXGroupID");
        if (refusals.merge(conversation, -1, Integer::sum) >= 0) {
            return REST;
        }
        delivered.add(message.id());
        return null;
    }

    private TransactedReceiver.Work work() {
        return new TransactedReceiver.Work() {
            @Override
            public Session session() {
                return null;
            }

            @Override
            public void mark() {}

            @Override
            public boolean hasSent() {
                return false;
            }

            @Override
            public boolean hasSentInTransaction() {
                return false;
            }

            @Override
            public Received next(Duration patience) {
                return queue.poll();
            }
        };
    }

    private static Received message(String name) {
        return new Received(name, 0, Map.of("JMSXGroupID", name.substring(0, 1)), new byte[10]);
    }
}
