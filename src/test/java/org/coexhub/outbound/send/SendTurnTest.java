package org.coexhub.outbound.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.coexhub.outbound.command.CommandState.DELIVERED;
import static org.coexhub.outbound.command.CommandState.EXPIRED;
import static org.coexhub.outbound.command.CommandState.FAILED;
import static org.coexhub.outbound.command.CommandState.HELD;
import static org.coexhub.outbound.command.CommandState.QUEUED;
import static org.coexhub.outbound.command.CommandState.REJECTED;
import static org.coexhub.outbound.command.CommandState.SENDING;
import static org.coexhub.outbound.command.CommandState.SENT;
import static org.coexhub.outbound.command.CommandState.UNRESOLVED;

import com.fasterxml.jackson.databind.JsonNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.graph.ApiUsage;
import org.coexhub.outbound.graph.FakeGraph;
import org.coexhub.outbound.graph.GraphResult;
import org.coexhub.testing.Beside;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

class SendTurnTest {

    private static final PhoneNumberId NUMBER = new PhoneNumberId("106");

    private final SendBench bench = new SendBench();
    private final FakeGraph meta = bench.meta;

    @AfterEach
    void close() {
        bench.close();
    }

    @Test
    void sendsAndTells() {
        CommandId id =
                bench.submit(
                        "+49 151",
                        "Hello",
                        "{'source':'crm','sourceName':'s','correlation':'case 7'}");
        bench.work();

        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.command(id).wamid()).isEqualTo(new Wamid("wamid.1"));
        JsonNode event = bench.events.getFirst();
        assertThat(event.path("id").asText()).isEqualTo("message:wamid.1");
        assertThat(event.path("type").asText()).isEqualTo("whatsapp.message.sent");
        assertThat(event.path("origin").asText()).isEqualTo("hub");
        assertThat(event.path("subject").asText()).isEqualTo("106:49151");
        assertThat(event.path("phonenumberid").asText()).isEqualTo("106");
        assertThat(event.path("data").path("command").toString())
                .isEqualTo(
                        "{\"id\":\""
                                + id
                                + "\",\"source\":\"crm\",\"sourceName\":\"s\",\"correlation\":\"case"
                                + " 7\",\"hops\":1}");
        assertThat(event.path("data").path("text").asText()).isEqualTo("Hello");
        assertThat(event.path("data").path("request").path("biz_opaque_callback_data").asText())
                .isEqualTo(id.value());
    }

    @Test
    void worksOffASecondPointerWithoutHarm() {
        CommandId id = bench.submit("49151", "once");
        Pointer pointer = bench.queue.peek();
        bench.work();
        bench.take(pointer);

        assertThat(meta.received()).hasSize(1);
        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.eventIds()).containsExactly("message:wamid.1");
    }

    @Test
    void sendsReceiptsAndTellsNobody() {
        CommandId id = bench.submitJson("{'from':'106','status':'read','message_id':'wamid.X'}");
        bench.work();

        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.command(id).wamid()).isNull();
        assertThat(bench.command(id).announced()).isTrue();
        assertThat(bench.events).isEmpty();
    }

    @Test
    void neverSendsAgainWhatMayHaveBeenSent() {
        meta.then(FakeGraph.reset(), FakeGraph.error(500, 131000), FakeGraph.answer(500, ""));
        List<CommandId> ids =
                List.of(
                        bench.submit("1511111", "a"),
                        bench.submit("1511112", "b"),
                        bench.submit("1511113", "c"));
        bench.work();
        bench.pass(Duration.ofMinutes(59));

        assertThat(ids).allSatisfy(id -> assertThat(bench.state(id)).isEqualTo(UNRESOLVED));
        assertThat(meta.received()).hasSize(3);
        assertThat(bench.eventIds())
                .containsExactlyElementsOf(
                        ids.stream().map(id -> "command:" + id + ":unresolved").toList());
    }

    /** Whatever the call throws, Graph may have the message; here it is a token that fits into no header. */
    @Test
    void aCallThatThrowsLeavesTheOutcomeUnknown() {
        // No port that there is
        bench.connect(URI.create("http://127.0.0.1:70000"), "token");
        CommandId id = bench.submit("1511111", "a");
        bench.work();
        bench.pass(Duration.ofMinutes(59));

        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        assertThat(bench.eventIds()).containsExactly("command:" + id + ":unresolved");
    }

    @Test
    void tellsOfTheMessageOnceAStatusHasResolvedIt() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "maybe");
        bench.work();

        var wamid = new Wamid("wamid.late");
        bench.outcomes.publish(
                bench.store.applyStatuses(
                        List.of(
                                new StatusSeen(
                                        id,
                                        wamid,
                                        "delivered",
                                        bench.clock.instant(),
                                        null,
                                        null))));

        assertThat(bench.state(id)).isEqualTo(DELIVERED);
        assertThat(bench.eventIds())
                .containsExactly("command:" + id + ":unresolved", "message:wamid.late");
    }

    @Test
    void sendsOnceMoreWhenTheCallerWantsThatAndNoStatusCame() {
        meta.then(FakeGraph.reset(), FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.pass(Duration.ofSeconds(59));
        assertThat(meta.received()).hasSize(1);

        bench.pass(Duration.ofSeconds(2));
        assertThat(meta.received()).hasSize(2);
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);

        bench.pass(Duration.ofHours(5));
        assertThat(meta.received()).hasSize(2);
    }

    @Test
    void doesNotSendOnceMoreWhenAStatusCameInTime() {
        meta.then(FakeGraph.reset());
        CommandId id = bench.submit("49151", "please", "{'onUnknown':'resendOnce'}");
        bench.work();
        bench.clock.advance(Duration.ofSeconds(61));
        bench.sweeper.sweep();
        bench.store.applyStatuses(
                List.of(
                        new StatusSeen(
                                id,
                                new Wamid("wamid.S"),
                                "sent",
                                bench.clock.instant(),
                                null,
                                null)));
        bench.work();

        assertThat(meta.received()).hasSize(1);
        assertThat(bench.state(id)).isEqualTo(SENT);
    }

    @Test
    void leavesUnresolvedWhatACrashInterrupted() {
        CommandId id = bench.submit("49151", "crash");
        Pointer pointer = bench.queue.poll();
        bench.turn.decide(bench.turn.load(pointer.body()));
        assertThat(bench.state(id)).isEqualTo(SENDING);
        bench.clock.advance(SendBench.CALL_LEASE);

        bench.take(pointer);

        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        assertThat(meta.received()).isEmpty();
        assertThat(bench.eventIds()).containsExactly("command:" + id + ":unresolved");
    }

    /** As when the broker lost the connection before it had heard that the pointer was worked off. */
    @Test
    void aPointerThatComesAgainDuringTheCallChangesNothing() {
        CommandId id = bench.submit("49151", "under way");
        Pointer pointer = bench.queue.poll();
        Turn calling = bench.turn.call(bench.turn.decide(bench.turn.load(pointer.body())));

        bench.take(pointer);

        assertThat(bench.state(id)).isEqualTo(SENDING);
        bench.turn.publish(bench.turn.record(calling));
        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(meta.received()).hasSize(1);
    }

    @Test
    void whatAProcessThatHasEndedWasSendingIsLookedAtByTheNextAtOnce() {
        CommandId id = bench.submit("49151", "crash");
        bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        bench.clock.advance(Duration.ofMillis(1));
        bench.restart();

        bench.pass(Duration.ZERO);

        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        assertThat(meta.received()).isEmpty();
    }

    @Test
    void aCommandIsNotLeftBehindOneThatEndsAtThatMoment() {
        CommandId first = bench.submit("49151", "1");
        CommandId second = bench.submit("49151", "2");
        bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        bench.queue.add(new Pointer(second, "106:49151"));
        bench.beforeParking =
                () ->
                        bench.store.applyStatuses(
                                List.of(
                                        new StatusSeen(
                                                first,
                                                new Wamid("wamid.1"),
                                                "delivered",
                                                bench.clock.instant(),
                                                null,
                                                null)));

        bench.work();

        assertThat(bench.state(second)).isEqualTo(SENT);
    }

    /** However many there are for one recipient, what is for others is not behind them in the queue. */
    @Test
    void ofManyCommandsForOneRecipientOneIsInTheQueue() {
        var all = new ArrayList<CommandId>();
        for (int i = 0; i < 100; i++) {
            all.add(bench.submit("49151", "" + i));
        }
        assertThat(bench.queue).hasSize(1);

        // As many as the number may in a second, then as many as the recipient may.
        bench.work();
        assertThat(meta.received()).hasSize(20);
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.queue).isEmpty();
        while (bench.state(all.getLast()) != SENT) {
            bench.pass(Duration.ofSeconds(6));
        }

        assertThat(bench.sentTexts())
                .containsExactlyElementsOf(
                        IntStream.range(0, 100).mapToObj(String::valueOf).toList());
    }

    @Test
    void aWakeUpThatGotLostIsLookedFor() {
        CommandId first = bench.submit("49151", "1");
        CommandId second = bench.submit("49151", "2");
        new JdbcTemplate(bench.database)
                .update("UPDATE command SET state = 'sent' WHERE id = ?", first.value());
        bench.queue.clear();

        bench.pass(Duration.ofSeconds(15));
        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(second)).isEqualTo(SENT);
    }

    /** It would be due again at once, before all that is due later. */
    @Test
    void whatExpiresBehindAnEarlierOneEndsThen() {
        meta.then(FakeGraph.error(400, 131042), FakeGraph.error(400, 131042));
        CommandId first = bench.submit("49151", "1");
        bench.work();
        String end = bench.clock.instant().plusSeconds(600).toString();
        CommandId second = bench.submit("49151", "2", "{'expiresAt':'" + end + "'}");
        bench.work();

        bench.pass(Duration.ofSeconds(601));

        assertThat(bench.state(first)).isEqualTo(QUEUED);
        assertThat(bench.state(second)).isEqualTo(EXPIRED);
    }

    /** What Meta lets go out later is not being sent until then. */
    @Test
    void aSlotThatMetaHasClosedMeanwhileIsNotWaitedFor() {
        for (int i = 0; i < 21; i++) {
            bench.submit("4915" + i, "now");
        }
        CommandId called = bench.submit("49170", "next");
        bench.work();
        bench.clock.advance(Duration.ofMillis(950));
        bench.limits.keeper.serve();
        new JdbcTemplate(bench.database)
                .update("UPDATE send_slot SET free_at = free_at + INTERVAL '10 minutes'");

        bench.work();

        assertThat(bench.state(called)).isEqualTo(QUEUED);
        bench.clock.advance(Duration.ofMinutes(11));
        bench.pass(Duration.ofSeconds(1));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.state(called)).isEqualTo(SENT);
    }

    /** The first attempt's thread was stopped for longer than anybody thought a call could last. */
    @Test
    void anAttemptThatEndsLateDoesNotEndTheNextOne() {
        CommandId id = bench.submit("49151", "1", "{'onUnknown':'resendOnce'}");
        Turn first = bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        bench.pass(Duration.ofMinutes(3));
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
        bench.clock.advance(Duration.ofMinutes(5));
        bench.sweeper.sweep();
        Turn second = bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        assertThat(bench.state(id)).isEqualTo(SENDING);

        Instant now = bench.clock.instant();
        bench.turn.record(first.answered(now, now, new GraphResult.NotSent("late")));

        assertThat(bench.state(id)).isEqualTo(SENDING);
        bench.turn.record(bench.turn.call(second));
        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(meta.received()).hasSize(1);
    }

    /** The store was away for so long that the call counted as interrupted. */
    @Test
    void whatIsKnownLateIsKnownAllTheSame() {
        CommandId refused = bench.submit("49151", "1");
        Turn one = bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        CommandId notSent = bench.submit("49152", "2");
        Turn two = bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        meta.then(FakeGraph.error(400, 131026));
        one = bench.turn.call(one);
        bench.pass(Duration.ofMinutes(3));
        assertThat(bench.state(refused)).isEqualTo(UNRESOLVED);
        assertThat(bench.state(notSent)).isEqualTo(UNRESOLVED);

        bench.turn.record(one);
        Instant now = bench.clock.instant();
        bench.turn.record(two.answered(now, now, new GraphResult.NotSent("no connection")));

        assertThat(bench.state(refused)).isEqualTo(FAILED);
        assertThat(bench.state(notSent)).isEqualTo(QUEUED);
    }

    /** The next one has gone out since it was given up as unresolved. */
    @Test
    void whatIsKnownLateIsNotSentBehindALaterOne() {
        CommandId first = bench.submit("49151", "1");
        Turn late = bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        CommandId second = bench.submit("49151", "2");
        bench.pass(Duration.ofMinutes(3));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.state(second)).isEqualTo(SENT);

        Instant now = bench.clock.instant();
        bench.turn.record(late.answered(now, now, new GraphResult.NotSent("no connection")));

        assertThat(bench.state(first)).isEqualTo(FAILED);
        assertThat(bench.sentTexts()).containsExactly("2");
    }

    /** Each holds a slot of the number and closes all of them. */
    @Test
    void callsThatEndTogetherCloseTheirNumberOnce() throws Exception {
        var ended = new ArrayList<CompletableFuture<Turn>>();
        var calls = new ArrayList<Turn>();
        for (int i = 0; i < 15; i++) {
            bench.submit("4915" + i, "now");
            calls.add(bench.turn.decide(bench.turn.load(bench.queue.poll().body())));
        }
        var full = new ApiUsage(100, Duration.ofMinutes(5));
        Instant now = bench.clock.instant();
        for (Turn call : calls) {
            var taken =
                    new GraphResult.Accepted(
                            new Wamid("wamid." + call.command().id()), null, null, full);
            ended.add(Beside.call(() -> bench.turn.record(call.answered(now, now, taken))));
        }

        assertThat(ended)
                .allSatisfy(each -> assertThat(each.get(10, TimeUnit.SECONDS)).isNotNull());
        CommandId next = bench.submit("49170", "next");
        bench.work();
        assertThat(bench.state(next)).isEqualTo(QUEUED);
    }

    @Test
    void theRecipientsNextCommandDoesNotWaitForTheSweep() {
        bench.submit("49151", "1");
        CommandId second = bench.submit("49151", "2");
        Turn first = bench.turn.decide(bench.turn.load(bench.queue.poll().body()));
        bench.work();
        assertThat(bench.state(second)).isEqualTo(QUEUED);

        bench.turn.record(bench.turn.call(first));
        bench.sweeper.passOn();
        bench.work();

        assertThat(bench.state(second)).isEqualTo(SENT);
    }

    @Test
    void tellsWhatACrashKeptItFromTelling() {
        bench.journalAway = true;
        CommandId id = bench.submit("49151", "untold");
        assertThatThrownBy(bench::work).hasMessage("journal away");
        assertThat(bench.state(id)).isEqualTo(SENT);

        bench.journalAway = false;
        bench.pass(Duration.ofSeconds(6));
        bench.pass(Duration.ofSeconds(6));

        assertThat(bench.eventIds()).containsExactly("message:wamid.1");
    }

    @Test
    void whatCannotBeToldKeepsNoOtherFromBeingTold() {
        bench.journalAway = true;
        CommandId bad = bench.submit("49666", "untellable");
        assertThatThrownBy(bench::work).hasMessage("journal away");
        CommandId good = bench.submit("49151", "untold");
        assertThatThrownBy(bench::work).hasMessage("journal away");

        bench.journalAway = false;
        bench.untellable = "49666";
        bench.pass(Duration.ofSeconds(6));

        assertThat(bench.eventIds()).containsExactly("message:wamid.2");
        assertThat(bench.command(good).announced()).isTrue();
        assertThat(bench.command(bad).announced()).as("not tried for ever").isTrue();
    }

    @Test
    void comesLaterWhenMetaAsksAndKeepsTheRecipientsOrder() {
        meta.then(FakeGraph.error(400, 131056));
        CommandId first = bench.submit("49151", "1");
        CommandId second = bench.submit("49151", "2");
        CommandId third = bench.submit("49151", "3");
        bench.submit("49152", "other");
        bench.work();
        assertThat(bench.state(first)).isEqualTo(QUEUED);
        assertThat(bench.sentTexts()).containsExactly("1", "other");

        meta.then(FakeGraph.error(400, 131056));
        bench.pass(Duration.ofSeconds(1));
        assertThat(bench.sentTexts()).containsExactly("1", "other", "1");
        bench.pass(Duration.ofSeconds(2));
        assertThat(bench.sentTexts()).containsExactly("1", "other", "1");
        bench.pass(Duration.ofSeconds(2));
        bench.pass(Duration.ofSeconds(0));
        bench.pass(Duration.ofSeconds(0));

        assertThat(bench.sentTexts()).containsExactly("1", "other", "1", "1", "2", "3");
        assertThat(List.of(first, second, third))
                .allSatisfy(id -> assertThat(bench.state(id)).isEqualTo(SENT));
    }

    @Test
    void triesAgainWhenGraphCannotBeReached() throws IOException {
        int port;
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        bench.connect(URI.create("http://127.0.0.1:" + port), "token");
        CommandId id = bench.submit("49151", "hello");
        bench.work();
        assertThat(bench.state(id)).isEqualTo(QUEUED);
        assertThat(bench.command(id).reason()).isEqualTo("graph_unreachable");

        bench.connect(meta.url(), "token");
        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(id)).isEqualTo(SENT);
    }

    /** Such as a template of an account that may only answer. */
    @Test
    void whatIsRefusedForItsOwnSakeDoesNotKeepTheNumberFromSending() {
        meta.usually(
                exchange ->
                        (FakeGraph.text().equals("refused")
                                        ? FakeGraph.error(400, 368)
                                        : (FakeGraph.Behaviour) meta::accept)
                                .answer(exchange));
        CommandId refused = bench.submit("49151", "refused");
        CommandId other = bench.submit("49152", "other");
        bench.work();
        assertThat(bench.suspensions.find(NUMBER)).isPresent();
        assertThat(bench.state(other)).isEqualTo(QUEUED);

        bench.pass(Duration.ofSeconds(31));
        bench.pass(Duration.ofSeconds(1));
        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(other)).isEqualTo(SENT);
        assertThat(bench.state(refused)).isEqualTo(FAILED);
        assertThat(bench.command(refused).reason()).isEqualTo("account_restricted");
        assertThat(bench.suspensions.find(NUMBER)).isEmpty();
    }

    @Test
    void aLongTimeWithoutTheHubIsNotTakenForACallToTheRecipient() {
        bench.submit("49151", "interrupted");
        Pointer pointer = bench.queue.poll();
        bench.turn.decide(bench.turn.load(pointer.body()));
        bench.clock.advance(Duration.ofHours(14));
        bench.take(pointer);

        CommandId next = bench.submit("49151", "next");
        bench.work();

        assertThat(bench.state(next)).isEqualTo(SENT);
    }

    @Test
    void givesUpAfterADay() {
        meta.usually(FakeGraph.error(400, 130429));
        CommandId id = bench.submit("49151", "never");
        bench.work();
        bench.pass(Duration.ofHours(25));

        assertThat(bench.state(id)).isEqualTo(FAILED);
        assertThat(bench.command(id).reason()).isEqualTo("rate_limit");
    }

    @Test
    void aCommandForLaterIsTriedForADayFromItsTimeOn() {
        Instant later = bench.clock.instant().plus(Duration.ofDays(3));
        CommandId id = bench.submit("49151", "later", "{'sendAt':'" + later + "'}");
        bench.work();
        meta.usually(FakeGraph.error(400, 130429));
        bench.pass(Duration.ofDays(3));
        assertThat(bench.state(id)).isEqualTo(QUEUED);
        bench.pass(Duration.ofHours(23));
        assertThat(bench.state(id)).isEqualTo(QUEUED);

        bench.pass(Duration.ofHours(2));

        assertThat(bench.state(id)).isEqualTo(FAILED);
    }

    /** Neither the days before it were trouble in sending it, nor those in which its number was suspended. */
    @Test
    void aCommandWhoseNumberWasSuspendedIsTriedForADayFromThenOn() {
        meta.then(FakeGraph.error(400, 130429), FakeGraph.error(400, 190));
        CommandId id = bench.submit("49151", "waits");
        bench.work();
        bench.pass(Duration.ofSeconds(10));
        assertThat(bench.suspensions.find(NUMBER)).isPresent();
        bench.clock.advance(Duration.ofDays(3));

        meta.then(FakeGraph.error(400, 130429));
        bench.pass(Duration.ofSeconds(1));

        assertThat(meta.received()).hasSize(3);
        assertThat(bench.state(id)).isEqualTo(QUEUED);
    }

    @Test
    void aStatusThatEndsACommandLetsTheRecipientsNextOneGoOn() {
        CommandId first = bench.submit("49151", "1");
        CommandId second = bench.submit("49151", "2");
        Pointer pointer = bench.queue.poll();
        bench.turn.decide(bench.turn.load(pointer.body()));
        bench.work();
        assertThat(bench.state(first)).isEqualTo(SENDING);
        assertThat(bench.command(second).wakeAt()).isAfter(bench.clock.instant().plusSeconds(5));

        bench.store.applyStatuses(
                List.of(
                        new StatusSeen(
                                first,
                                new Wamid("wamid.1"),
                                "delivered",
                                bench.clock.instant(),
                                null,
                                null)));

        assertThat(bench.command(second).wakeAt()).isEqualTo(bench.clock.instant());
    }

    @Test
    void failsWhatMetaRefusesForGood() {
        meta.then(FakeGraph.error(400, 131047));
        CommandId id = bench.submit("49151", "too late");
        bench.work();

        assertThat(bench.state(id)).isEqualTo(FAILED);
        JsonNode data = bench.events.getFirst().path("data");
        assertThat(bench.eventIds()).containsExactly("command:" + id + ":failed");
        assertThat(data.path("reason").asText()).isEqualTo("window_closed");
        assertThat(data.path("error").toString())
                .isEqualTo("{\"code\":131047,\"details\":\"because\"}");
    }

    @Test
    void letsANumberWaitWhileItsTokenIsBadAndProbesIt() {
        meta.usually(FakeGraph.error(401, 190));
        CommandId first = bench.submit("49151", "1");
        CommandId second = bench.submit("49152", "2");
        CommandId third = bench.submit("49153", "3");
        bench.work();
        assertThat(bench.sentTexts()).containsExactly("1");
        assertThat(bench.suspensions.find(NUMBER)).isPresent();

        for (int second5 = 0; second5 < 60; second5++) {
            bench.pass(Duration.ofSeconds(1));
        }
        assertThat(bench.sentTexts()).hasSizeBetween(3, 12).containsOnly("1", "2", "3");
        assertThat(bench.meters.get("hub.numbers.suspended").gauge().value()).isEqualTo(1);
        assertThat(bench.events)
                .singleElement()
                .satisfies(
                        event -> {
                            assertThat(event.path("type").asText())
                                    .isEqualTo("whatsapp.number.updated");
                            assertThat(event.path("data").path("event").asText())
                                    .isEqualTo("SENDING_SUSPENDED");
                            assertThat(event.path("data").path("reason").asText())
                                    .isEqualTo("token_invalid");
                        });
        assertThat(List.of(first, second, third))
                .allSatisfy(id -> assertThat(bench.state(id)).isEqualTo(QUEUED));

        meta.usually(meta::accept);
        for (int more = 0; more < 32; more++) {
            bench.pass(Duration.ofSeconds(1));
        }
        assertThat(List.of(first, second, third))
                .allSatisfy(id -> assertThat(bench.state(id)).isEqualTo(SENT));
        assertThat(bench.suspensions.find(NUMBER)).isEmpty();
        assertThat(bench.events)
                .filteredOn(event -> event.path("type").asText().equals("whatsapp.number.updated"))
                .extracting(event -> event.path("data").path("event").asText())
                .containsExactly("SENDING_SUSPENDED", "SENDING_RESUMED");
    }

    @Test
    void wakesACommandWhoseNumberWasLiftedBetweenTheQuestionAndTheParking() {
        meta.then(FakeGraph.error(400, 190));
        bench.submit("49151", "1");
        bench.work();
        assertThat(bench.suspensions.find(NUMBER)).isPresent();
        CommandId second = bench.submit("49152", "2");
        var lifted = new AtomicBoolean();
        bench.beforeParking =
                () -> {
                    bench.suspensions.lift(NUMBER);
                    bench.schedule.wakeNumber(NUMBER);
                    lifted.set(true);
                };
        bench.work();
        assertThat(lifted).isTrue();
        assertThat(bench.state(second)).isEqualTo(QUEUED);

        bench.pass(Duration.ofSeconds(1));

        assertThat(bench.state(second)).isEqualTo(SENT);
    }

    @Test
    void failsACommandThatMetaForbidsToRepeatAndLetsTheOthersWait() {
        meta.then(FakeGraph.error(400, 131048));
        CommandId first = bench.submit("49151", "1");
        CommandId second = bench.submit("49152", "2");
        bench.work();
        bench.pass(Duration.ofMinutes(10));
        assertThat(bench.state(first)).isEqualTo(FAILED);
        assertThat(bench.state(second)).isEqualTo(QUEUED);
        assertThat(meta.received()).hasSize(1);

        bench.pass(Duration.ofMinutes(6));
        assertThat(bench.state(second)).isEqualTo(SENT);
    }

    @Test
    void silencesABotWhoseConversationAPersonHasTaken() {
        CommandId bot = bench.submit("+49 151", "bot", "{'source':'bot'}");
        CommandId agent = bench.submit("+49 151", "agent", "{'source':'agent'}");
        bench.takenOver.add("49151");
        bench.work();

        assertThat(bench.state(bot)).isEqualTo(REJECTED);
        assertThat(bench.command(bot).reason()).isEqualTo("person_has_conversation");
        assertThat(bench.state(agent)).isEqualTo(SENT);
        assertThat(bench.eventIds())
                .containsExactly("command:" + bot + ":rejected", "message:wamid.1");
    }

    @Test
    void asksForTheTakeoverAgainAtEveryTry() {
        meta.then(FakeGraph.error(400, 130429));
        CommandId bot = bench.submit("49151", "bot", "{'source':'bot'}");
        bench.work();
        bench.takenOver.add("49151");
        bench.pass(Duration.ofSeconds(5));

        assertThat(bench.state(bot)).isEqualTo(REJECTED);
        assertThat(meta.received()).hasSize(1);
    }

    @Test
    void sendsNothingAfterItsTime() {
        meta.usually(FakeGraph.error(400, 80007));
        CommandId id = bench.submit("49151", "soon", "{'expiresAt':'2026-11-22T12:00:30Z'}");
        bench.work();
        bench.pass(Duration.ofSeconds(30));

        assertThat(bench.state(id)).isEqualTo(EXPIRED);
        assertThat(meta.received()).hasSize(1);
        assertThat(bench.eventIds()).containsExactly("command:" + id + ":expired");
        assertThat(bench.events.getFirst().path("type").asText())
                .isEqualTo("whatsapp.command.rejected");
    }

    @Test
    void sendsLaterWhatIsToBeSentLater() {
        CommandId later = bench.submit("49151", "later", "{'sendAt':'2026-11-22T13:00:00Z'}");
        CommandId now = bench.submit("49151", "now");
        bench.work();
        assertThat(bench.state(later)).isEqualTo(HELD);
        assertThat(bench.state(now)).isEqualTo(SENT);

        bench.pass(Duration.ofHours(1));
        assertThat(bench.state(later)).isEqualTo(SENT);
    }

    @Test
    void sendsNothingWithoutAToken() {
        bench.connect(meta.url(), " ");
        CommandId id = bench.submit("49151", "x");
        bench.work();

        assertThat(bench.state(id)).isEqualTo(REJECTED);
        assertThat(bench.command(id).reason()).isEqualTo("no_access_token");
    }

    @Test
    void dropsPointersThatLeadNowhere() {
        bench.turn.publish(bench.turn.decide(bench.turn.load("rubbish".getBytes())));
        bench.turn.publish(bench.turn.decide(bench.turn.load(new byte[0])));
        bench.take(new Pointer(CommandId.next(bench.clock.instant()), "g"));

        assertThat(bench.events).isEmpty();
    }

    @Test
    void acceptsGraphsAnswerAfterAnotherTurnGaveTheCommandUp() {
        CommandId id = bench.submit("49151", "slow");
        Pointer pointer = bench.queue.poll();
        Turn slow = bench.turn.call(bench.turn.decide(bench.turn.load(pointer.body())));
        bench.clock.advance(SendBench.CALL_LEASE);
        bench.take(pointer);
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);

        bench.turn.publish(bench.turn.record(slow));

        assertThat(bench.state(id)).isEqualTo(SENT);
        assertThat(bench.eventIds())
                .containsExactly("command:" + id + ":unresolved", "message:wamid.1");
    }

    @Test
    void looksAtACallThatNeverReportedBack() {
        CommandId id = bench.submit("49151", "lost");
        bench.turn.decide(bench.turn.load(bench.queue.poll().body()));

        bench.pass(Duration.ofSeconds(60));
        assertThat(bench.state(id)).isEqualTo(SENDING);
        bench.pass(Duration.ofSeconds(5));
        assertThat(bench.state(id)).isEqualTo(UNRESOLVED);
    }

    @Test
    void tellsOfAFailureThatCameAsAStatus() {
        CommandId id = bench.submit("49151", "x");
        bench.work();
        bench.outcomes.publish(
                bench.store.applyStatuses(
                        List.of(
                                new StatusSeen(
                                        null,
                                        new Wamid("wamid.1"),
                                        "failed",
                                        bench.clock.instant(),
                                        131026,
                                        "undeliverable"))));

        assertThat(bench.eventIds())
                .containsExactly("message:wamid.1", "message:wamid.1", "command:" + id + ":failed");
    }

    @Test
    void countsOutcomes() {
        meta.then(FakeGraph.error(400, 100));
        bench.submit("49151", "x");
        bench.submit("49152", "y");
        bench.work();

        assertThat(bench.meters.counter("hub.send", "outcome", "failed").count()).isEqualTo(1);
        assertThat(bench.meters.counter("hub.send", "outcome", "sent").count()).isEqualTo(1);
    }

    @Test
    void keepsEveryStepForTheAsking() {
        meta.then(FakeGraph.error(400, 130429));
        CommandId id = bench.submit("49151", "x");
        bench.work();
        bench.pass(Duration.ofSeconds(2));

        assertThat(
                        bench.store.transitions(id).stream()
                                .map(Transition::state)
                                .map(Object::toString))
                .containsExactly("ACCEPTED", "QUEUED", "SENDING", "QUEUED", "SENDING", "SENT");
        assertThat(bench.store.transition(id, SENT, FAILED, TransitionDetails.because("x")))
                .isTrue();
    }
}
