package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.outbound.command.CommandState.EXPIRED;
import static org.coexhub.outbound.command.CommandState.HELD;
import static org.coexhub.outbound.command.CommandState.SENT;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.SendRule.Verdict;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** What a turn makes of a closed window. */
class HeldForTheWindowTest {

    private static final String KEY = "106:wa:49151";
    private static final Instant DEADLINE = TestClock.START.plus(Duration.ofHours(72));
    private static final Verdict HOLD = new Verdict.Hold(KEY, DEADLINE);

    private final SendBench bench = new SendBench();

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void aHeldCommandHoldsUpNobodyAndGoesWhenItIsWoken() {
        bench.rule = (command, now) -> HOLD;
        CommandId held = bench.submit("49151", "held");
        bench.work();
        bench.rule = (command, now) -> Verdict.GO;
        CommandId later = bench.submit("49151", "later");
        bench.work();
        assertThat(bench.state(held)).isEqualTo(HELD);
        assertThat(bench.state(later)).isEqualTo(SENT);
        assertThat(bench.command(held).reason()).isEqualTo("window_closed");
        assertThat(bench.command(held).wakeAt()).isEqualTo(DEADLINE);

        bench.store.wakeHeld(List.of("106:wa:another", KEY));
        bench.pass(Duration.ZERO);

        assertThat(bench.state(held)).isEqualTo(SENT);
    }

    @Test
    void aWindowThatOpensBetweenTheQuestionAndTheHoldingIsNotMissed() {
        var asked = new AtomicInteger();
        bench.rule = (command, now) -> asked.getAndIncrement() == 0 ? HOLD : Verdict.GO;
        CommandId id = bench.submit("49151", "just in time");
        bench.work();

        bench.pass(Duration.ZERO);

        assertThat(bench.state(id)).isEqualTo(SENT);
    }

    @Test
    void whenMetaHasClosedTheWindowFirstTheCommandWaitsAsItWanted() {
        bench.closedByMeta = true;
        var asked = new AtomicInteger();
        bench.rule = (command, now) -> asked.getAndIncrement() == 0 ? Verdict.GO : HOLD;
        bench.meta.then(FakeGraph.error(400, 131047));
        CommandId id = bench.submit("49151", "waits");
        bench.work();

        bench.pass(Duration.ZERO);

        assertThat(bench.state(id)).isEqualTo(HELD);
        assertThat(bench.meta.received()).hasSize(1);
    }

    @Test
    void atTheDeadlineTheRulesAreAskedOnceMore() {
        bench.rule =
                (command, now) ->
                        now.isBefore(DEADLINE) ? HOLD : new Verdict.Expire("window_closed");
        CommandId id = bench.submit("49151", "too late");
        bench.work();
        bench.pass(Duration.ofHours(72));

        assertThat(bench.state(id)).isEqualTo(EXPIRED);
        assertThat(
                        bench.store.transitions(id).stream()
                                .map(Transition::state)
                                .map(Object::toString))
                .containsExactly("ACCEPTED", "QUEUED", "HELD", "QUEUED", "EXPIRED");
        assertThat(bench.meta.received()).isEmpty();
    }

    @Test
    void theFallbackTemplateStaysTheMessageWhateverHappensAfterwards() {
        bench.rule = (command, now) -> command.fallback() ? Verdict.GO : new Verdict.Substitute();
        bench.meta.then(FakeGraph.error(400, 130429));
        CommandId id =
                bench.submit(
                        "49151",
                        "text",
                        "{'fallbackTemplate':{'name':'n','language':{'code':'en'}}}");
        bench.work();
        bench.rule = (command, now) -> Verdict.GO;
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.meta.received())
                .hasSize(2)
                .allSatisfy(
                        request -> {
                            assertThat(request.body().path("type").asText()).isEqualTo("template");
                            assertThat(request.body().has("text")).isFalse();
                            assertThat(request.body().path("to").asText()).isEqualTo("49151");
                        });
        var sent = bench.events.getFirst().path("data");
        assertThat(sent.path("fallback").asBoolean()).isTrue();
        assertThat(sent.path("template").path("name").asText()).isEqualTo("n");
        assertThat(sent.path("messageType").asText()).isEqualTo("template");
    }

    @Test
    void theWordsOfARefusalAreKeptAndTold() {
        bench.rule = (command, now) -> new Verdict.Reject("template_unavailable", "make it first");
        CommandId id = bench.submit("49151", "x");
        bench.work();

        assertThat(bench.command(id).errorDetail()).isEqualTo("make it first");
        assertThat(bench.events.getFirst().path("data").path("detail").asText())
                .isEqualTo("make it first");
    }
}
