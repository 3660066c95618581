package org.coexhub.inbound.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.echo;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.historyFile;
import static org.coexhub.testing.MetaBodies.imported;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.placeholder;
import static org.coexhub.testing.MetaBodies.text;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;

import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;

import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;

import javax.sql.DataSource;

/**
 * Promise 2, and the half of promise 1 that is the router's: consumers take the journal's messages in random batches,
 * die before the database's commit or between it and the queue's, meet copies of one event under other receipts, and in
 * the end every event has entered the queue exactly once.
 */
class NoEventEntersAQueueTwiceTest {

    private static final long AT = 1_790_000_000;
    private static final DataSource DATABASE = TestDatabase.postgres();

    @Property(tries = 120, shrinking = ShrinkingMode.OFF)
    void whateverHappensBetweenTheCommits(@ForAll long seed) {
        play(new Random(seed), new TestRouter(DATABASE, new TestClock()));
    }

    @Example
    void theSameWamidAsMessageHistoryAndEchoYieldsOneMessage() {
        var router = new TestRouter(TestDatabase.postgres(), new TestClock());
        List<Message> copies =
                List.of(
                        Message.of(messages(text("491701", "wamid.A", 1_790_000_000, "one"))),
                        Message.of(
                                history(
                                        "491701",
                                        imported("491701", "wamid.A", 1_790_000_000, "one"))),
                        Message.of(echoes(echo("491701", "wamid.A", 1_790_000_000, "one"))));

        int accepted = 0;
        for (Message copy : copies) {
            accepted += router.handle(List.of(copy)).accepted().size();
        }

        assertThat(accepted).isOne();
        assertThat(router.meters().counter("hub_duplicates", "cause", "history").count()).isOne();
        assertThat(router.meters().counter("hub_duplicates", "cause", "echo").count()).isOne();
    }

    @Property(tries = 15, shrinking = ShrinkingMode.OFF)
    void theFileOfAnImportedMessageIsToldOnceWhateverCopiesComeInWhateverOrder(@ForAll long seed) {
        var random = new Random(seed);
        var router = new TestRouter(DATABASE, new TestClock());
        String run = Long.toHexString(random.nextLong());
        List<Message> copies = new ArrayList<>();
        for (int i = 0; i < 12; i++) {
            String wamid = "wamid." + run + "-" + random.nextInt(3);
            byte[] placeholder = history("491701", placeholder("491701", wamid, AT));
            byte[] file = historyFile("491701", wamid, AT, "7");
            List<byte[]> slices =
                    switch (random.nextInt(3)) {
                        case 0 -> List.of(placeholder);
                        case 1 -> List.of(file);
                        default -> List.of(placeholder, file);
                    };
            copies.add(new Message(new UUID(random.nextLong(), random.nextLong()), slices));
        }
        List<String> files = new ArrayList<>();
        Set<String> wamids = new HashSet<>();
        Deque<Message> journal = new ArrayDeque<>(copies);
        while (!journal.isEmpty()) {
            List<Message> batch =
                    journal.stream().limit(1 + random.nextInt(journal.size())).toList();
            switch (random.nextInt(4)) {
                case 0 -> router.handleAndDie(batch);
                case 1 -> router.handle(batch);
                default -> {
                    for (var item : router.handle(batch).accepted()) {
                        String json = new String(item.json(), StandardCharsets.UTF_8);
                        if (json.contains("\"media\":{\"id\":\"7\"")) {
                            files.add(item.getId().split(":")[1]);
                        }
                    }
                    batch.forEach(journal::remove);
                }
            }
        }
        for (Message copy : copies) {
            String last = new String(copy.slices().getLast(), StandardCharsets.UTF_8);
            if (!last.contains("media_placeholder")) {
                int at = last.indexOf("wamid.");
                wamids.add(last.substring(at, last.indexOf('"', at)));
            }
        }

        assertThat(files).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(wamids);
    }

    private static void play(Random random, TestRouter router) {
        String run = Long.toHexString(random.nextLong());
        int conversations = 1 + random.nextInt(4);
        Map<Integer, Deque<Message>> journal = new HashMap<>();
        Set<String> sent = new HashSet<>();
        for (int i = 0; i < 12; i++) {
            int conversation = random.nextInt(conversations);
            Message message = message(random, run, conversation, sent);
            journal.computeIfAbsent(conversation, unused -> new ArrayDeque<>()).add(message);
        }
        List<String> queue = new ArrayList<>();
        while (!journal.isEmpty()) {
            var partitions = new ArrayList<>(journal.keySet());
            Collections.shuffle(partitions, random);
            List<Message> batch = take(random, journal, partitions);
            switch (random.nextInt(4)) {
                case 0 -> router.handleAndDie(batch);
                case 1 -> router.handle(batch);
                default -> {
                    EventBatch done = router.handle(batch);
                    done.accepted().forEach(item -> queue.add(item.getId()));
                    forget(journal, batch);
                }
            }
        }

        assertThat(queue).doesNotHaveDuplicates().containsExactlyInAnyOrderElementsOf(sent);
    }

    /** Heads of some partitions, as the broker would hand them to one consumer. */
    private static List<Message> take(
            Random random, Map<Integer, Deque<Message>> journal, List<Integer> partitions) {
        List<Message> batch = new ArrayList<>();
        for (int partition : partitions.subList(0, 1 + random.nextInt(partitions.size()))) {
            int wanted = 1 + random.nextInt(journal.get(partition).size());
            journal.get(partition).stream().limit(wanted).forEach(batch::add);
        }
        return batch;
    }

    private static void forget(Map<Integer, Deque<Message>> journal, List<Message> batch) {
        journal.values().forEach(messages -> messages.removeAll(batch));
        journal.values().removeIf(Deque::isEmpty);
    }

    /** One to five events, many of them copies of what other messages carry. */
    private static Message message(Random random, String run, int conversation, Set<String> sent) {
        List<String> items = new ArrayList<>();
        int size = 1 + random.nextInt(5);
        for (int i = 0; i < size; i++) {
            String wamid = "wamid." + run + "-" + random.nextInt(24);
            items.add(text("49170" + conversation, wamid, 1_790_000_000, "x"));
            sent.add("message:" + wamid);
        }
        return new Message(
                new UUID(random.nextLong(), random.nextLong()),
                List.of(messages(items.toArray(String[]::new))));
    }
}
