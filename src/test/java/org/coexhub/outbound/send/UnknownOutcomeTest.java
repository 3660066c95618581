package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.coexhub.outbound.command.CommandState.FAILED;
import static org.coexhub.outbound.command.CommandState.SENDING;
import static org.coexhub.outbound.command.CommandState.SENT;
import static org.coexhub.outbound.command.CommandState.UNRESOLVED;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendRule;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.graph.GraphReader;
import org.coexhub.outbound.send.reconcile.HistoryLookup;
import org.coexhub.platform.graph.GraphSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** What becomes of a send of which nobody knows whether Meta has taken it. */
class UnknownOutcomeTest {

    private final SendBench bench = new SendBench();
    private final FakeGraph meta = bench.meta;
    private final Set<Wamid> heardOf = new HashSet<>();
    private final GraphReader reader =
            new GraphReader(new GraphSettings("token", meta.url(), "v24.0", Duration.ofSeconds(2)));
    private final HistoryLookup lookup =
            new HistoryLookup(
                    bench.database,
                    bench.store,
                    reader::history,
                    wamids -> heardOf,
                    Duration.ofSeconds(2),
                    bench.clock);

    @AfterEach
    void close() {
        reader.close();
        bench.close();
    }

    @Test
    void givesUpAfterAWhileAndSaysSo() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "maybe");
        bench.work();
        bench.pass(Duration.ofMinutes(59));
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);

        bench.pass(Duration.ofMinutes(1));
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(bench.command(id).reason()).isEqualTo("outcome_unknown");
        assertThat(meta.received()).hasSize(1);
        assertThat(bench.eventIds())
                .containsExactly("command:" + id + ":unresolved", "command:" + id + ":failed");
        assertThat(bench.events.getLast().path("data").path("reason").asText())
                .isEqualTo("outcome_unknown");
        assertThat(states(id))
                .containsExactly("accepted", "queued", "sending", "unresolved", "failed");
    }

    @Test
    void marksWhatWasSentOnceMore() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.pass(Duration.ofSeconds(61));

        assertThat(bench.state(id)).isEqualTo(SENT);
        JsonNode sent = bench.events.getLast();
        assertThat(sent.path("type").asText()).isEqualTo("whatsapp.message.sent");
        assertThat(sent.path("data").path("possiblyDuplicate").asBoolean()).isTrue();
        assertThat(bench.command(id).resent()).isTrue();
        assertThat(states(id))
                .containsExactly(
                        "accepted", "queued", "sending", "unresolved", "queued", "sending", "sent");
    }

    @Test
    void givesUpWhenTheOneResendIsOfUnknownOutcomeAsWell() {
        meta.then(FakeGraph.reset(), FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.pass(Duration.ofSeconds(61));
        bench.pass(Duration.ofMinutes(61));

        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(meta.received()).hasSize(2);
    }

    @Test
    void findsItInGraphsHistory() {
        CommandId id = unresolved("49151");
        history(entry("wamid.lost", bench.clock.instant()));
        bench.clock.advance(Duration.ofSeconds(21));
        lookup.look();
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.command(id).wamid()).isEqualTo(new Wamid("wamid.lost"));
        assertThat(bench.eventIds())
                .containsExactly("command:" + id + ":unresolved", "message:wamid.lost");
    }

    @Test
    void tellsOfTheMessageAtTheTimeOfItsCallHoweverLateItsOutcomeIsKnown() {
        CommandId id = unresolved("49151");
        Instant called = bench.clock.instant();
        bench.clock.advance(Duration.ofMinutes(10));
        Wamid wamid = new Wamid("wamid.late");
        Instant now = bench.clock.instant();
        bench.store.applyStatuses(List.of(new StatusSeen(id, wamid, "delivered", now, null, null)));
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.eventIds()).endsWith("message:wamid.late");
        assertThat(bench.events.getLast().path("time").asText()).isEqualTo(called.toString());
    }

    @Test
    void tellsOfAMessageThatWasSentOnceMoreAtTheTimeOfTheLastCall() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.pass(Duration.ofSeconds(61));
        Instant again = bench.clock.instant();
        bench.clock.advance(Duration.ofMinutes(1));

        assertThat(bench.command(id).calledAt()).isEqualTo(again);
        assertThat(bench.events.getLast().path("time").asText()).isEqualTo(again.toString());
    }

    @Test
    void aTimeInTheHistoryThatIsNoneHidesNoOther() {
        CommandId id = unresolved("49151");
        history(
                """
                {"message_id":"wamid.odd","events":{"data":[{"timestamp":999999999999999999}]}}\
                """,
                """
                {"message_id":"wamid.older","events":{"data":[{"timestamp":-999999999999999999}]}}\
                """,
                entry("wamid.lost", bench.clock.instant()));
        bench.clock.advance(Duration.ofSeconds(21));
        lookup.look();

        assertThat(bench.command(id).wamid()).isEqualTo(new Wamid("wamid.lost"));
    }

    @Test
    void concludesNothingWhereTwoCommandsAreLost() {
        CommandId one = unresolved("49151");
        CommandId two = unresolved("49152");
        history(entry("wamid.lost", bench.clock.instant()));
        bench.clock.advance(Duration.ofSeconds(21));
        lookup.look();

        assertThat(List.of(bench.state(one), bench.state(two))).containsOnly(UNRESOLVED);
    }

    @Test
    void concludesNothingFromMessagesThatAreKnownOrOfAnotherTime() {
        CommandId id = unresolved("49151");
        CommandId other = bench.submit("49152", "sent");
        bench.work();
        Instant now = bench.clock.instant();
        heardOf.add(new Wamid("wamid.typed"));
        history(
                entry("wamid.typed", now),
                entry(bench.command(other).wamid().value(), now),
                entry("wamid.before", now.minusSeconds(60)));
        bench.clock.advance(Duration.ofSeconds(21));
        lookup.look();

        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
    }

    @Test
    void asksNobodyWhereGraphHasNoHistory() {
        CommandId id = unresolved("49151");
        bench.clock.advance(Duration.ofSeconds(21));
        lookup.look();

        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
    }

    /** Whoever else writes from this number meanwhile is not the hub, however long the hub is away. */
    @Test
    void whatSomebodySentWhileTheHubWasDownIsNotTheInterruptedCommand() {
        CommandId id = interruptedFor(Duration.ofMinutes(30));
        history(entry("wamid.of-a-person", bench.clock.instant().minus(Duration.ofMinutes(15))));
        bench.clock.advance(Duration.ofSeconds(21));
        lookup.look();
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);

        history(entry("wamid.lost", bench.command(id).calledAt().plusSeconds(1)));
        lookup.look();
        assertThat(bench.command(id).wamid()).isEqualTo(new Wamid("wamid.lost"));
    }

    private CommandId interruptedFor(Duration down) {
        CommandId id = bench.submit("49151", "maybe");
        Pointer pointer = bench.queue.poll();
        bench.turn.decide(bench.turn.load(pointer.body()));
        assertThat(bench.state(id)).isEqualTo(SENDING);
        bench.clock.advance(down);
        bench.take(pointer);
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        return id;
    }

    @Test
    void whatMayHaveReachedTheCustomerIsNotToldAsCancelled() {
        CommandId id = toBeSentOnceMore();

        assertThat(bench.store.cancel(id)).isFalse();
        bench.work();

        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(bench.command(id).reason()).isEqualTo("outcome_unknown");
        assertThat(meta.received()).as("not sent again").hasSize(1);
    }

    @Test
    void whatMayHaveReachedTheCustomerIsNotToldAsRefused() {
        CommandId id = toBeSentOnceMore();
        bench.rule = (command, now) -> new SendRule.Verdict.Reject("window_closed", "by a rule");
        bench.work();

        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(bench.command(id).reason()).isEqualTo("outcome_unknown");
        bench.store.applyStatuses(List.of(status(id, "delivered")));
        assertThat(bench.state(id)).isEqualTo(CommandState.DELIVERED);
    }

    @Test
    void whatMayHaveReachedTheCustomerDoesNotExpire() {
        CommandId id = toBeSentOnceMore();
        bench.rule = (command, now) -> new SendRule.Verdict.Expire("expired");
        bench.work();

        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(bench.command(id).reason()).isEqualTo("outcome_unknown");
    }

    /** Tried once with an unknown outcome, and not yet again. */
    private CommandId toBeSentOnceMore() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.clock.advance(Duration.ofSeconds(61));
        bench.sweeper.sweep();
        assertThat(bench.state(id)).isEqualTo(CommandState.QUEUED);
        return id;
    }

    @Test
    void whatWasGivenUpAsUnknownIsToldAsSentWhenMetaSaysSo() {
        CommandId id = unresolved("49151");
        bench.pass(Duration.ofMinutes(61));
        assertThat(bench.state(id)).isEqualTo(FAILED);

        bench.store.applyStatuses(List.of(status(id, "sent")));
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.eventIds()).endsWith("message:wamid.late");
    }

    private StatusSeen status(CommandId id, String status) {
        return new StatusSeen(
                id, new Wamid("wamid.late"), status, bench.clock.instant(), null, null);
    }

    @Test
    void cancelsWhatHasNotGoneOut() {
        CommandId held = bench.submit("49151", "later", "{'sendAt':'2026-11-22T13:00:00Z'}");
        CommandId queued = bench.submit("49152", "now");
        CommandId sent = bench.submit("49153", "gone");
        bench.take(bench.queue.peekLast());

        assertThat(bench.store.cancel(held)).isTrue();
        assertThat(bench.store.cancel(queued)).isTrue();
        assertThat(bench.store.cancel(sent)).isFalse();
        assertThat(bench.store.cancel(held)).isFalse();
        bench.work();
        bench.pass(Duration.ofHours(2));

        assertThat(bench.sentTexts()).containsExactly("gone");
        assertThat(List.of(bench.state(held), bench.state(queued)))
                .containsOnly(CommandState.CANCELLED);
        assertThat(bench.eventIds())
                .contains("command:" + held + ":cancelled", "command:" + queued + ":cancelled");
    }

    private CommandId unresolved(String to) {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit(to, "maybe");
        bench.work();
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        return id;
    }

    private List<String> states(CommandId id) {
        return bench.store.transitions(id).stream()
                .map(Transition::state)
                .map(CommandState::wireName)
                .toList();
    }

    private void history(String... entries) {
        meta.whenAsked(FakeGraph.answer(200, "{\"data\":[" + String.join(",", entries) + "]}"));
    }

    /** As in Meta's own description of message_history. */
    private static String entry(String wamid, Instant at) {
        return """
        {"id":"1234567890123456","message_id":"%s","events":{"data":[{"id":"2345678901234567",\
        "delivery_status":"SENT","timestamp":%d}]}}\
        """
                .formatted(wamid, at.getEpochSecond());
    }
}
