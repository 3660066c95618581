package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.outbound.command.CommandState.QUEUED;
import static org.coexhub.outbound.command.CommandState.SENT;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.graph.NumberFacts;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** What the limits do to commands. The limits themselves are tested beside them. */
class SendLimitsTest {

    private static final PhoneNumberId NUMBER = new PhoneNumberId("106");

    private final SendBench bench = new SendBench();
    private final FakeGraph meta = bench.meta;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void whatIsTooMuchForTheSecondStandsInLineAndGoesInOrder() {
        List<CommandId> ids = submitToMany(50);
        bench.work();
        assertThat(meta.received()).hasSize(20);
        assertThat(bench.command(ids.get(30)).state()).isEqualTo(QUEUED);
        assertThat(bench.command(ids.get(30)).waitsFor()).isEqualTo(Wait.LIMIT);

        bench.pass(Duration.ofMillis(500));
        assertThat(meta.received()).hasSize(20);
        bench.pass(Duration.ofMillis(600));
        assertThat(meta.received()).hasSize(40);
        bench.pass(Duration.ofMillis(1100));

        assertThat(bench.sentTexts())
                .containsExactlyElementsOf(
                        IntStream.range(0, 50).mapToObj(Integer::toString).toList());
        assertThat(ids).allSatisfy(id -> assertThat(bench.state(id)).isEqualTo(SENT));
    }

    @Test
    void inLineALiveCommandStepsBeforeRowsOfABulk() {
        var gate = TestCommands.gate(bench.store, bench.schedule, bench.queue::addAll);
        for (int i = 0; i < 30; i++) {
            String row = "{'from':'106','to':'49%d','text':{'body':'row'}}".formatted(1000 + i);
            gate.submit(TestCommands.json(row), "row-" + i, Caller.BULK);
        }
        bench.work();
        bench.submit("4922222", "live");
        bench.work();
        assertThat(bench.sentTexts()).hasSize(20).doesNotContain("live");

        bench.pass(Duration.ofMillis(1100));

        assertThat(bench.sentTexts()).element(20).isEqualTo("live");
    }

    @Test
    void aFullNumberHoldsUpNoOther() {
        submitToMany(25);
        CommandId other = bench.submitJson("{'from':'107','to':'4922222','text':{'body':'other'}}");
        bench.work();

        assertThat(bench.state(other)).isEqualTo(SENT);
    }

    @Test
    void aFullRecipientHoldsUpNoOther() {
        for (int i = 0; i < 47; i++) {
            bench.submit("4911111", "" + i);
            bench.work();
            bench.pass(Duration.ofMillis(60));
        }
        assertThat(meta.received()).hasSize(45);

        CommandId other = bench.submit("4922222", "other");
        bench.work();
        assertThat(bench.state(other)).isEqualTo(SENT);

        bench.pass(Duration.ofSeconds(6));
        bench.pass(Duration.ofSeconds(7));
        assertThat(bench.sentTexts()).hasSize(48).endsWith("45", "46");
    }

    @Test
    void aNumberThatMetaFindsTooFastGoesOnSlower() {
        meta.then(FakeGraph.error(400, 130429), FakeGraph.error(400, 130429));
        submitToMany(60);
        bench.work();
        bench.pass(Duration.ofMillis(1100));

        assertThat(meta.received()).hasSize(20 + 18);
    }

    @Test
    void slowsDownBeforeMetaDoes() {
        meta.usually(accepting("{\"call_count\":90,\"total_time\":25,\"total_cputime\":25}"));
        submitToMany(60);
        bench.work();
        bench.pass(Duration.ofSeconds(5));
        assertThat(meta.received()).hasSize(20);

        bench.pass(Duration.ofSeconds(2));
        assertThat(meta.received()).hasSize(40);
    }

    @Test
    void stopsForAsLongAsMetaSays() {
        String usage =
                "{\"102290129340398\":[{\"type\":\"messaging\",\"call_count\":100,"
                    + "\"total_cputime\":25,\"total_time\":25,\"estimated_time_to_regain_access\":5}]}";
        meta.then(accepting(usage));
        bench.submit("4911111", "first");
        bench.work();
        CommandId second = bench.submit("4922222", "second");
        bench.work();
        bench.pass(Duration.ofMinutes(4));
        assertThat(bench.state(second)).isEqualTo(QUEUED);

        bench.pass(Duration.ofSeconds(61));
        assertThat(bench.state(second)).isEqualTo(SENT);
    }

    @Test
    void aNumberMaySendWhatGraphSays() {
        bench.limits.facts.put(NUMBER, new NumberFacts(false, "STANDARD", "GREEN", "TIER_2K"));
        submitToMany(100);
        bench.work();
        assertThat(meta.received()).hasSize(20);
        bench.limits.keeper.tidy();
        bench.pass(Duration.ofSeconds(2));

        assertThat(meta.received()).hasSize(100);
        assertThat(bench.limits.numbers.all())
                .singleElement()
                .satisfies(
                        known -> {
                            assertThat(known.perSecond()).isEqualTo(80);
                            assertThat(known.coexistence()).isFalse();
                            assertThat(known.messagingLimit()).isEqualTo("TIER_2K");
                        });
    }

    @Test
    void ofANumberThatOnlyReceivesGraphIsAskedToo() {
        bench.limits.facts.put(NUMBER, new NumberFacts(true, "STANDARD", "GREEN", "TIER_2K"));
        bench.limits.seen.add(NUMBER);

        bench.limits.keeper.tidy();

        assertThat(bench.limits.numbers.all())
                .singleElement()
                .satisfies(known -> assertThat(known.coexistence()).isTrue());
    }

    @Test
    void aNumberInTheAppHasTheLeastWhateverItsThroughput() {
        bench.limits.facts.put(NUMBER, new NumberFacts(true, "HIGH", null, null));
        submitToMany(30);
        bench.work();
        bench.limits.keeper.tidy();

        assertThat(bench.limits.numbers.all().getFirst().perSecond()).isEqualTo(20);
    }

    @Test
    void countsWhatWaited() {
        submitToMany(22);
        bench.work();
        bench.limits.keeper.tidy();

        assertThat(bench.meters.counter("hub.send.limited", "limit", "number").count())
                .isEqualTo(2);
        assertThat(bench.meters.get("hub.send.backlog").gauge().value()).isEqualTo(2);
    }

    private List<CommandId> submitToMany(int count) {
        return IntStream.range(0, count)
                .mapToObj(i -> bench.submit("49" + (1000 + i), Integer.toString(i)))
                .toList();
    }

    private static FakeGraph.Behaviour accepting(String usage) {
        return FakeGraph.answer(
                200,
                "{\"messages\":[{\"id\":\"wamid.same\"}]}",
                usage.contains("[") ? "X-Business-Use-Case-Usage" : "X-App-Usage",
                usage);
    }
}
