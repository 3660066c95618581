package org.coexhub.inbound.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.testing.MetaBodies.echoes;
import static org.coexhub.testing.MetaBodies.history;
import static org.coexhub.testing.MetaBodies.historyFile;
import static org.coexhub.testing.MetaBodies.image;
import static org.coexhub.testing.MetaBodies.messages;
import static org.coexhub.testing.MetaBodies.placeholder;
import static org.coexhub.testing.MetaBodies.text;

import org.coexhub.event.HubEvent;
import org.coexhub.inbound.eventlog.EventBatch.Verdict;
import org.coexhub.inbound.eventlog.EventFeed.Filter;
import org.coexhub.inbound.eventlog.EventFeed.Position;
import org.coexhub.inbound.eventlog.TestRouter.Message;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

/** What the event log promises, the same on every database. */
abstract class EventLogContract {

    private static final Filter ALL = new Filter("", "", "");
    private static final Duration LONG = Duration.ofMinutes(1);

    private static final long AT = 1_790_000_000;

    private TestRouter router;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        router = new TestRouter(freshDatabase(), new TestClock());
    }

    @Test
    void theFirstToInsertOwnsAnEventAndEveryOtherCopyIsADuplicate() {
        byte[] body = messages(text("491701", "wamid.A", 1_790_000_000, "hello"));

        assertThat(verdicts(router.handle(List.of(Message.of(body))))).containsExactly(Verdict.NEW);
        assertThat(verdicts(router.handle(List.of(Message.of(body)))))
                .containsExactly(Verdict.DUPLICATE);
    }

    @Test
    void aMessageThatComesAgainAfterACrashFindsItsOwnClaims() {
        var message =
                Message.of(
                        messages(
                                text("491701", "wamid.A", 1_790_000_000, "one"),
                                text("491701", "wamid.B", 1_790_000_001, "two")));
        router.handle(List.of(message));

        EventBatch again = router.handle(List.of(message));

        assertThat(verdicts(again)).containsExactly(Verdict.AGAIN, Verdict.AGAIN);
        assertThat(ids(again.accepted())).containsExactly("message:wamid.A", "message:wamid.B");
    }

    @Test
    void aCrashBeforeTheCommitLeavesNoClaim() {
        var message = Message.of(messages(text("491701", "wamid.A", 1_790_000_000, "one")));
        router.handleAndDie(List.of(message));

        assertThat(verdicts(router.handle(List.of(message)))).containsExactly(Verdict.NEW);
    }

    @Test
    void withinAMessageTheFirstOccurrenceCountsAlsoWhenItComesAgain() {
        String twice = text("491701", "wamid.A", 1_790_000_000, "one");
        var message = Message.of(messages(twice, twice), messages(twice));

        assertThat(verdicts(router.handle(List.of(message))))
                .containsExactly(Verdict.NEW, Verdict.DUPLICATE, Verdict.DUPLICATE);
        assertThat(verdicts(router.handle(List.of(message))))
                .containsExactly(Verdict.AGAIN, Verdict.DUPLICATE, Verdict.DUPLICATE);
    }

    @Test
    void twoMessagesOfOneBatchWithTheSameEventYieldItOnce() {
        byte[] body = messages(text("491701", "wamid.A", 1_790_000_000, "one"));
        var first = Message.of(body);
        var second = Message.of(body);

        assertThat(router.handle(List.of(first, second)).accepted()).hasSize(1);
        assertThat(router.handle(List.of(first, second)).accepted()).hasSize(1);
        assertThat(router.handle(List.of(second)).accepted()).isEmpty();
        assertThat(router.handle(List.of(first)).accepted()).hasSize(1);
    }

    @Test
    void ofConsumersThatMeetTheSameEventsAtOnceExactlyOneGetsEach() throws Exception {
        int consumers = 4;
        int rounds = 20;
        var barrier = new CyclicBarrier(consumers);
        List<String> accepted = Collections.synchronizedList(new ArrayList<>());
        try (var pool = Executors.newFixedThreadPool(consumers)) {
            List<Future<?>> running = new ArrayList<>();
            for (int c = 0; c < consumers; c++) {
                boolean backwards = c % 2 == 1;
                running.add(
                        pool.submit(
                                () -> {
                                    for (int round = 0; round < rounds; round++) {
                                        var message = Message.of(tenTexts(round, backwards));
                                        barrier.await();
                                        accepted.addAll(
                                                ids(router.handle(List.of(message)).accepted()));
                                    }
                                    return null;
                                }));
            }
            for (Future<?> each : running) {
                each.get();
            }
        }

        assertThat(accepted).doesNotHaveDuplicates().hasSize(rounds * 10);
    }

    @Test
    void aReaderOfTheFeedMissesNothingAndSeesNothingTwiceWhileOthersWrite() throws Exception {
        int writers = 3;
        int perWriter = 60;
        var writing = new AtomicBoolean(true);
        List<String> read = new ArrayList<>();
        try (var pool = Executors.newFixedThreadPool(writers + 1)) {
            List<Future<?>> running = new ArrayList<>();
            for (int w = 0; w < writers; w++) {
                int writer = w;
                running.add(
                        pool.submit(
                                () -> {
                                    for (int i = 0; i < perWriter; i++) {
                                        String wamid = "wamid." + writer + "-" + i;
                                        router.handle(
                                                List.of(
                                                        Message.of(
                                                                messages(
                                                                        text(
                                                                                "49" + writer,
                                                                                wamid + "a",
                                                                                1_790_000_000,
                                                                                "x"),
                                                                        text(
                                                                                "49" + writer,
                                                                                wamid + "b",
                                                                                1_790_000_000,
                                                                                "y")))));
                                    }
                                    return null;
                                }));
            }
            Future<?> reader =
                    pool.submit(
                            () -> {
                                Position position = Position.START;
                                boolean last = false;
                                while (!last) {
                                    last = !writing.get();
                                    position = readOn(position, 7, read);
                                }
                            });
            for (Future<?> each : running) {
                each.get();
            }
            writing.set(false);
            reader.get();
        }

        assertThat(read).doesNotHaveDuplicates().hasSize(writers * perWriter * 2);
        List<String> again = new ArrayList<>();
        readOn(Position.START, 1000, again);
        assertThat(read).as("the order does not depend on when one reads").isEqualTo(again);
    }

    @Test
    void aPageOfTheFeedEndsByItsBytesAndTheNextGoesOn() {
        router.handle(List.of(Message.of(tenTexts(1, false))));
        List<String> all = new ArrayList<>();
        readOn(Position.START, 1000, all);
        var feed = new EventFeed(router.jdbc(), new EventFeed.Bounds(3000, LONG, 1000));

        List<String> read = new ArrayList<>();
        var page = feed.read(Position.START, 1000, ALL);
        while (page.more()) {
            assertThat(page.events().stream().mapToInt(event -> event.length).sum())
                    .isBetween(1, 3000);
            page.events().forEach(json -> read.add(idIn(json)));
            page = feed.read(page.next(), 1000, ALL);
        }
        page.events().forEach(json -> read.add(idIn(json)));

        assertThat(read).isEqualTo(all).hasSize(10);
        assertThat(feed.read(page.next(), 1000, ALL).events()).isEmpty();
    }

    @Test
    void anEventThatIsLargerThanAPageIsAPageOfItsOwn() {
        router.handle(List.of(Message.of(tenTexts(1, false))));
        var feed = new EventFeed(router.jdbc(), new EventFeed.Bounds(1, LONG, 1000));

        var page = feed.read(Position.START, 1000, ALL);

        assertThat(page.events()).hasSize(1);
        assertThat(page.more()).isTrue();
    }

    @Test
    void aPageOfTheFeedEndsByItsTimeAlsoWhereItIsEmpty() {
        for (int round = 0; round < 4; round++) {
            router.handle(List.of(Message.of(tenTexts(round, false))));
        }
        var nothing = new Filter("", "nobody", "");
        var feed = new EventFeed(router.jdbc(), new EventFeed.Bounds(3000, Duration.ZERO, 1));

        int pages = 0;
        var page = feed.read(Position.START, 10, nothing);
        while (page.more()) {
            assertThat(page.events()).isEmpty();
            pages++;
            page = feed.read(page.next(), 10, nothing);
        }

        assertThat(pages).isEqualTo(3);
        assertThat(feed.read(page.next(), 10, ALL).events()).isEmpty();
        List<String> all = new ArrayList<>();
        var full = feed.read(Position.START, 1000, ALL);
        while (full.more() || !full.events().isEmpty()) {
            full.events().forEach(json -> all.add(idIn(json)));
            full = feed.read(full.next(), 1000, ALL);
        }
        assertThat(all).hasSize(40).doesNotHaveDuplicates();
    }

    @Test
    void aReaderWithAnEndOfItsOwnSeesNothingBehindIt() {
        router.handle(List.of(Message.of(tenTexts(1, false))));
        var feed = router.feed();
        Position middle = feed.read(Position.START, 4, ALL).next();
        Position end = feed.end();
        router.handle(List.of(Message.of(tenTexts(2, false))));

        var first = feed.read(Position.START, middle, 1000, ALL);
        var second = feed.read(first.next(), end, 1000, ALL);

        assertThat(first.events()).hasSize(4);
        assertThat(first.next()).isEqualTo(middle);
        assertThat(second.events()).hasSize(6);
        assertThat(second.next()).isEqualTo(end);
        assertThat(second.more()).isFalse();
        assertThat(feed.read(end, end, 1000, ALL).next()).isEqualTo(end);
    }

    @Test
    void theFeedShowsOnlyWhatItsFilterLetsThroughAndStillGoesOn() {
        router.handle(
                List.of(
                        Message.of(messages(text("491701", "wamid.A", 1_790_000_000, "one"))),
                        Message.of(messages(text("491702", "wamid.B", 1_790_000_000, "two")))));
        var feed = router.feed();

        var received = feed.read(Position.START, 10, new Filter("whatsapp.message.*", "", ""));
        var statuses = feed.read(Position.START, 10, new Filter("*.status, whatsapp.c*", "", ""));
        var underscore = feed.read(Position.START, 10, new Filter("whatsapp_message%", "", ""));
        var other = feed.read(Position.START, 10, new Filter("", "nobody", ""));
        var number = feed.read(Position.START, 10, new Filter("", "", "700100200300"));

        assertThat(received.events()).hasSize(2);
        assertThat(statuses.events()).isEmpty();
        assertThat(feed.read(statuses.next(), 10, ALL).events()).isEmpty();
        assertThat(feed.read(received.next(), 10, ALL).events()).isEmpty();
        assertThat(underscore.events()).isEmpty();
        assertThat(other.events()).isEmpty();
        assertThat(number.events()).hasSize(2);
    }

    @Test
    void aPositionOfTheFeedSurvivesItsTextForm() {
        assertThat(Position.parse(new Position(12, 3).toString())).isEqualTo(new Position(12, 3));
        for (String wrong : List.of("", "12", "a-b", "1-2-3", "-")) {
            org.assertj.core.api.Assertions.assertThatThrownBy(() -> Position.parse(wrong))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void anEventThatFollowedFromAnotherComesAgainWithIt() {
        var message = Message.of(messages(text("491701", "wamid.A", 1_790_000_000, "one")));
        router.handle(List.of(message), batch -> {}, EventLogContract::follow);

        EventBatch again = router.handle(List.of(message));
        EventBatch foreign =
                router.handle(List.of(new Message(UUID.randomUUID(), message.slices())));

        assertThat(ids(again.accepted()))
                .containsExactly("message:wamid.A", "after:message:wamid.A");
        assertThat(foreign.accepted()).isEmpty();
    }

    @Test
    void aDuplicateIsCountedByItsCause() {
        byte[] body = messages(text("491701", "wamid.A", 1_790_000_000, "one"));
        router.handle(List.of(Message.of(body)));
        router.handle(List.of(Message.of(body)));

        assertThat(router.meters().counter("hub_duplicates", "cause", "redelivery").count())
                .isEqualTo(1);
    }

    @Test
    void aCopyThatBringsTheFileOfAPlaceholderIsAnEventOfItsOwn() {
        var first = Message.of(history("491701", placeholder("491701", "wamid.F", AT)));
        router.handle(List.of(first));
        byte[] before = bodyOf("message:wamid.F");

        EventBatch batch =
                router.handle(List.of(Message.of(historyFile("491701", "wamid.F", AT, "77"))));

        assertThat(ids(batch.accepted())).containsExactly("completed:wamid.F:media");
        String told = new String(batch.accepted().getFirst().json(), StandardCharsets.UTF_8);
        assertThat(told)
                .contains("\"type\":\"whatsapp.message.completed\"")
                .contains("\"completes\":\"message:wamid.F\"")
                .contains("\"media\":{\"id\":\"77\"");
        assertThat(bodyOf("message:wamid.F"))
                .as("what the feed has shown stays as it was")
                .isEqualTo(before);
        List<String> read = new ArrayList<>();
        readOn(Position.START, 10, read);
        assertThat(read).containsExactly("message:wamid.F", "completed:wamid.F:media");
    }

    @Test
    void whatWasMissingIsToldOnceHoweverOftenAndInWhateverOrderCopiesCome() {
        var placeholder = Message.of(history("491701", placeholder("491701", "wamid.F", AT)));
        var file = Message.of(historyFile("491701", "wamid.F", AT, "77"));
        router.handle(List.of(placeholder));

        assertThat(ids(router.handle(List.of(file)).accepted()))
                .containsExactly("completed:wamid.F:media");
        assertThat(ids(router.handle(List.of(file)).accepted()))
                .as("the same message after a crash")
                .containsExactly("completed:wamid.F:media");
        for (Message copy : List.of(file, placeholder)) {
            assertThat(
                            router.handle(List.of(new Message(UUID.randomUUID(), copy.slices())))
                                    .accepted())
                    .isEmpty();
        }
        router.handle(List.of(Message.of(historyFile("491701", "wamid.G", AT, "78"))));
        assertThat(
                        router.handle(
                                        List.of(
                                                Message.of(
                                                        history(
                                                                "491701",
                                                                placeholder(
                                                                        "491701", "wamid.G", AT)))))
                                .accepted())
                .as("the file came first")
                .isEmpty();
    }

    @Test
    void aPlaceholderAndItsFileInOneMessageAreTwoEventsAlsoWhenItComesAgain() {
        var both =
                Message.of(
                        history("491701", placeholder("491701", "wamid.F", AT)),
                        historyFile("491701", "wamid.F", AT, "77"));
        router.handleAndDie(List.of(both));

        for (int time = 0; time < 2; time++) {
            assertThat(ids(router.handle(List.of(both)).accepted()))
                    .containsExactly("message:wamid.F", "completed:wamid.F:media");
        }
    }

    @Test
    void anEchoBringsTheFileOfAnImportedMessageOfTheBusiness() {
        router.handle(
                List.of(Message.of(history("491701", placeholder("49305550100", "wamid.F", AT)))));

        EventBatch batch =
                router.handle(
                        List.of(
                                Message.of(
                                        echoes(
                                                image("49305550100", "wamid.F", AT, "77")
                                                        .replace(
                                                                "\"type\"",
                                                                "\"to\":\"491701\",\"type\"")))));

        assertThat(ids(batch.accepted())).containsExactly("completed:wamid.F:media");
    }

    @Test
    void aReadableCopyOfAMessageMetaCouldNotShowCompletesIt() {
        router.handle(
                List.of(
                        Message.of(
                                messages(
                                        text("491701", "wamid.U", AT, "")
                                                .replace("\"text\",", "\"unsupported\",")))));

        EventBatch batch =
                router.handle(List.of(Message.of(messages(text("491701", "wamid.U", AT, "hola")))));

        assertThat(ids(batch.accepted())).containsExactly("completed:wamid.U:content");
    }

    private byte[] bodyOf(String id) {
        return router.jdbc()
                .queryForObject("SELECT body FROM event_log WHERE id = ?", byte[].class, id);
    }

    private static void follow(EventBatch batch) {
        var cause = batch.accepted().getFirst();
        HubEvent e = cause.event();
        batch.derive(
                cause,
                new HubEvent(
                        EventBatch.idAfter(e.id()),
                        org.coexhub.event.EventType.CONVERSATION_HANDOVER,
                        org.coexhub.event.Origin.HUB,
                        e.wabaId(),
                        e.number(),
                        e.conversation(),
                        e.customer(),
                        e.group(),
                        e.time(),
                        e.receivedTime(),
                        null,
                        new org.coexhub.event.EventData.Internal(
                                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance
                                        .objectNode()
                                        .put("to", "human")),
                        null,
                        false,
                        false));
    }

    private Position readOn(Position from, int limit, List<String> into) {
        Position position = from;
        while (true) {
            var page = router.feed().read(position, limit, ALL);
            page.events().forEach(json -> into.add(idIn(json)));
            position = page.next();
            if (page.events().isEmpty()) {
                return position;
            }
        }
    }

    private static String idIn(byte[] json) {
        String text = new String(json, StandardCharsets.UTF_8);
        int start = text.indexOf("\"id\":\"") + 6;
        return text.substring(start, text.indexOf('"', start));
    }

    private static byte[] tenTexts(int round, boolean backwards) {
        List<String> items = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            items.add(text("49170" + i, "wamid." + round + "-" + i, 1_790_000_000, "x"));
        }
        if (backwards) {
            Collections.reverse(items);
        }
        return messages(items.toArray(String[]::new));
    }

    private static List<Verdict> verdicts(EventBatch batch) {
        return batch.items().stream().map(EventBatch.Item::verdict).toList();
    }

    private static List<String> ids(Collection<EventBatch.Item> items) {
        return items.stream().map(EventBatch.Item::getId).toList();
    }
}
