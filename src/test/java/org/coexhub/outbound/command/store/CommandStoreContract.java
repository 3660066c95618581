package org.coexhub.outbound.command.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.coexhub.outbound.command.CommandState.ACCEPTED;
import static org.coexhub.outbound.command.CommandState.CANCELLED;
import static org.coexhub.outbound.command.CommandState.DELIVERED;
import static org.coexhub.outbound.command.CommandState.FAILED;
import static org.coexhub.outbound.command.CommandState.HELD;
import static org.coexhub.outbound.command.CommandState.QUEUED;
import static org.coexhub.outbound.command.CommandState.READ;
import static org.coexhub.outbound.command.CommandState.REJECTED;
import static org.coexhub.outbound.command.CommandState.SENDING;
import static org.coexhub.outbound.command.CommandState.SENT;
import static org.coexhub.outbound.command.CommandState.UNRESOLVED;

import com.fasterxml.jackson.databind.node.ObjectNode;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.Acceptance;
import org.coexhub.outbound.command.Caller;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.CommandOptions;
import org.coexhub.outbound.command.CommandRefusedException;
import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.IdempotencyKey;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.StatusSeen;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.StoredCommand.Wait;
import org.coexhub.outbound.command.TestCommands;
import org.coexhub.outbound.command.TransitionDetails;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.validation.CommandForm;
import org.coexhub.outbound.command.validation.CommandJson;
import org.coexhub.platform.batch.GroupCommit;
import org.coexhub.platform.store.SqlTimes;
import org.coexhub.testing.Beside;
import org.coexhub.testing.TestClock;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;

import javax.sql.DataSource;

/** What the command store promises on every database. */
abstract class CommandStoreContract {

    private static final String UNKNOWN_NUMBER = "404";
    private static final Wamid WAMID = new Wamid("wamid.A");

    private final TestClock clock = new TestClock();
    private final List<Pointer> queue = new ArrayList<>();
    private DataSource database;
    private CommandStore store;
    private CommandSchedule schedule;
    private CommandIntake intake;

    abstract DataSource freshDatabase();

    @BeforeEach
    void open() {
        database = freshDatabase();
        store = new CommandStore(database, clock);
        schedule = new CommandSchedule(database, store, clock);
        intake = intake(store::accept);
    }

    private CommandIntake intake(Function<Submission, Optional<Acceptance>> storing) {
        return new CommandIntake(
                store,
                storing,
                (first, number) -> {},
                number -> !number.value().equals(UNKNOWN_NUMBER));
    }

    @Test
    void givesTheFirstAnswerAgainForEqualJson() {
        Acceptance first =
                accept(
                        "k",
                        "{'from':'1','to':'+49 151 1','type':'text','text':{'body':'Hi \u00e9'}}");
        Acceptance again =
                accept(
                        "k",
                        "{ 'text':{'body':'Hi \\u00e9'},'type':'text','to':'+49 151 1',"
                                + " 'from':'1'}");

        assertThat(first.fresh()).isTrue();
        assertThat(again.fresh()).isFalse();
        assertThat(again.id()).isEqualTo(first.id());
    }

    @Test
    void refusesOtherJsonUnderAKnownKey() {
        accept("k", text("49151", "one"));

        assertThatThrownBy(() -> accept("k", text("49151", "two")))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused ->
                                assertThat(refused.kind())
                                        .isEqualTo(CommandRefusedException.Kind.CONFLICT));
    }

    @Test
    void aKeyIsNobodysButItsCallers() {
        Caller chatwoot = Caller.inside("chatwoot");
        List<Caller> callers =
                List.of(Caller.API, chatwoot, Caller.program("erp"), Caller.signed("erp"));

        var ids = new java.util.HashSet<CommandId>();
        for (Caller caller : callers) {
            ids.add(accept(caller, "chatwoot:1:5001", text("49151", caller.namespace())).id());
        }

        assertThat(ids).hasSize(callers.size());
        assertThat(accept(chatwoot, "chatwoot:1:5001", text("49151", "chatwoot")).fresh())
                .isFalse();
    }

    @Test
    void anUnknownNumberLeavesNothingBehind() {
        String command = text("49151", "one").replace("'from':'1'", "'from':'404'");

        assertThatThrownBy(() -> accept("k", command))
                .isInstanceOfSatisfying(
                        CommandRefusedException.class,
                        refused -> {
                            assertThat(refused.kind()).isEqualTo(CommandRefusedException.Kind.FORM);
                            assertThat(refused.faults().getFirst().pointer()).isEqualTo("/from");
                            assertThat(refused.faults().getFirst().detail())
                                    .startsWith("unknown_number");
                        });
        assertThat(accept("k", text("49151", "two")).fresh()).isTrue();
    }

    @Test
    void makesOneCommandOfConcurrentRequestsWithOneKey() throws Exception {
        try (var callers = Executors.newFixedThreadPool(8)) {
            Callable<Acceptance> request = () -> accept("same", text("49151", "one"));
            List<Future<Acceptance>> answers =
                    callers.invokeAll(java.util.Collections.nCopies(8, request));

            var ids = new java.util.HashSet<CommandId>();
            int fresh = 0;
            for (Future<Acceptance> answer : answers) {
                ids.add(answer.get().id());
                fresh += answer.get().fresh() ? 1 : 0;
            }
            assertThat(ids).hasSize(1);
            assertThat(fresh).isEqualTo(1);
        }
    }

    @Test
    void answersEachOfManyAsIfItWereAlone() {
        Acceptance old = accept("old", text("49151", "old"));
        store.cancel(old.id());

        List<Optional<Acceptance>> answers =
                store.accept(
                        List.of(
                                submission("new", text("49151", "new")),
                                submission("old", text("49151", "old")),
                                submission("old", text("49151", "other")),
                                submission("new", text("49151", "new")),
                                submission("new", text("49151", "other")),
                                submission(Caller.BOT, "new", text("49151", "other")),
                                submission("read", "{'from':'1','status':'read','message_id':'w'}"),
                                submission("late", later("49151"))));

        Acceptance fresh = answers.getFirst().orElseThrow();
        assertThat(fresh).isEqualTo(new Acceptance(fresh.id(), ACCEPTED, "1:49151", true));
        assertThat(answers.get(1)).contains(new Acceptance(old.id(), CANCELLED, "1:49151", false));
        assertThat(answers.get(2)).as("another under a key known before").isEmpty();
        assertThat(answers.get(3)).contains(new Acceptance(fresh.id(), ACCEPTED, "1:49151", false));
        assertThat(answers.get(4)).as("another under the key of one beside it").isEmpty();
        assertThat(answers.get(5).orElseThrow().fresh()).isTrue();
        assertThat(answers.get(6).orElseThrow().group()).isEqualTo("1:w");
        assertThat(answers.get(7).orElseThrow().state()).isEqualTo(HELD);
        assertThat(count("command")).isEqualTo(5);
        assertThat(count("command_key")).isEqualTo(5);
        assertThat(store.transitions(fresh.id()))
                .containsExactly(new Transition(ACCEPTED, TestClock.START, null));
        assertThat(store.transitions(answers.get(7).orElseThrow().id()))
                .extracting(Transition::state)
                .containsExactly(ACCEPTED, HELD);
    }

    @Test
    void keepsTheOrderOfManyThatComeTogether() {
        var together = new ArrayList<Submission>();
        for (int i = 99; i >= 0; i--) {
            together.add(submission("k" + i, text("49151", "no " + i)));
        }
        List<CommandId> ids =
                store.accept(together).stream().map(one -> one.orElseThrow().id()).toList();

        assertThat(
                        new JdbcTemplate(database)
                                .queryForList("SELECT id FROM command ORDER BY seq", String.class))
                .isEqualTo(ids.stream().map(CommandId::value).toList());
    }

    @Test
    void storesATimeOfEndOrNone() {
        String ends = "},'hub':{'expiresAt':'2026-11-22T14:00:00.123+01:00'}}";
        List<Optional<Acceptance>> answers =
                store.accept(
                        List.of(
                                submission("none", text("49151", "one")),
                                submission("ends", text("49151", "two").replace("}}", ends)),
                                submission(
                                        "last",
                                        text("49151", "three")
                                                .replace("}}", ends.replace("2026", "9998")))));

        assertThat(answers)
                .extracting(one -> expiry(one.orElseThrow().id()))
                .containsExactly(
                        null,
                        Instant.parse("2026-11-22T13:00:00.123Z"),
                        Instant.parse("9998-11-22T13:00:00.123Z"));
    }

    /** In whatever order each has them. */
    @Test
    void manyWithTheSameKeysAtTheSameTimeMakeOneCommandOfEach() throws Exception {
        try (var callers = Executors.newFixedThreadPool(6)) {
            for (int round = 0; round < 10; round++) {
                var requests = new ArrayList<Callable<List<Optional<Acceptance>>>>();
                for (int caller = 0; caller < 6; caller++) {
                    var all = new ArrayList<Submission>();
                    for (int i = 0; i < 60; i++) {
                        all.add(submission(round + "-" + i, text("4915" + i, "one")));
                    }
                    Collections.shuffle(all, new Random(caller));
                    requests.add(() -> store.accept(all));
                }
                int fresh = 0;
                for (Future<List<Optional<Acceptance>>> answers : callers.invokeAll(requests)) {
                    for (Optional<Acceptance> answer : answers.get()) {
                        fresh += answer.orElseThrow().fresh() ? 1 : 0;
                    }
                }
                assertThat(fresh).isEqualTo(60);
            }
        }
        assertThat(count("command")).isEqualTo(600);
        assertThat(count("command_transition")).isEqualTo(600);
    }

    @Test
    void onesFailureSpoilsNoneOfThoseThatComeWithIt() throws Exception {
        new JdbcTemplate(database)
                .execute("ALTER TABLE command ADD CHECK (recipient IS DISTINCT FROM '49666')");
        try (var group =
                        new GroupCommit<Submission, Optional<Acceptance>>(
                                "commands-test", 2, 100, store::accept);
                var callers = Executors.newFixedThreadPool(30)) {
            intake = intake(group::call);
            var requests = new ArrayList<Callable<Acceptance>>();
            for (int i = 0; i < 120; i++) {
                String command =
                        switch (i % 30) {
                            case 7 -> text("49666", "fails");
                            case 8 -> text("49151", "x").replace("'from':'1'", "'from':'404'");
                            default -> text("49151", "no " + i % 60);
                        };
                String key = "k" + i % 60;
                requests.add(() -> accept(key, command));
            }
            int accepted = 0;
            for (Future<Acceptance> answer : callers.invokeAll(requests)) {
                try {
                    answer.get();
                    accepted++;
                } catch (ExecutionException failure) {
                    assertThat(failure.getCause())
                            .isInstanceOfAny(
                                    DataIntegrityViolationException.class,
                                    CommandRefusedException.class);
                }
            }
            assertThat(accepted).isEqualTo(120 - 8);
        }
        assertThat(count("command")).isEqualTo(60 - 4);
        assertThat(count("command_key")).isEqualTo(60 - 4);
    }

    private long count(String table) {
        return new JdbcTemplate(database)
                .queryForObject("SELECT COUNT(*) FROM " + table, Long.class);
    }

    private Instant expiry(CommandId id) {
        return new JdbcTemplate(database)
                .queryForObject(
                        "SELECT expires_at FROM command WHERE id = ?",
                        (row, i) -> SqlTimes.read(row, 1),
                        id.value());
    }

    @Test
    void forgetsAKeyOnlyAfterItsLife() {
        Acceptance first = accept("k", text("49151", "one"));

        clock.advance(Duration.ofDays(7).minusSeconds(1));
        schedule.tidy(Duration.ofDays(7));
        assertThat(accept("k", text("49151", "one")).id()).isEqualTo(first.id());

        clock.advance(Duration.ofSeconds(2));
        schedule.tidy(Duration.ofDays(7));
        assertThat(accept("k", text("49151", "one")).id()).isNotEqualTo(first.id());
    }

    @Test
    void keepsWhatTheCallerSaid() {
        String body =
                "{'from':'1','to':'+49 151-1','type':'text','text':{'body':'\u00e9 \ud83d\ude00'},"
                    + "'novelty':{'x':1.50},'hub':{'source':'bot','sourceName':'b','correlation':'c','onUnknown':'resendOnce'}}";

        StoredCommand stored = store.find(accept("k", body).id()).orElseThrow();

        assertThat(stored.state()).isEqualTo(ACCEPTED);
        assertThat(stored.command().from()).isEqualTo(new PhoneNumberId("1"));
        assertThat(stored.command().recipient().key()).isEqualTo("491511");
        assertThat(stored.command().message().path("text").path("body").textValue())
                .isEqualTo("\u00e9 \ud83d\ude00");
        assertThat(stored.command().message().path("novelty").toString()).isEqualTo("{\"x\":1.50}");
        assertThat(stored.command().message().has("hub")).isFalse();
        assertThat(stored.command().options().source()).isEqualTo(CommandOptions.Source.BOT);
        assertThat(stored.command().options().correlation()).isEqualTo("c");
    }

    @Test
    void changesNothingWhenTheStateIsNoLongerTheExpectedOne() {
        CommandId id = sending("k", "49151");

        assertThat(store.transition(id, SENDING, SENT, TransitionDetails.NONE)).isTrue();
        assertThat(store.transition(id, SENDING, FAILED, TransitionDetails.because("late")))
                .isFalse();

        assertThat(store.find(id).orElseThrow().state()).isEqualTo(SENT);
        assertThat(store.transitions(id))
                .extracting(Transition::state)
                .containsExactly(ACCEPTED, QUEUED, SENDING, SENT);
    }

    @Test
    void refusesAnIllegalStep() {
        CommandId id = accept("k", text("49151", "one")).id();

        assertThatThrownBy(() -> store.transition(id, ACCEPTED, SENT, TransitionDetails.NONE))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void recordsEachStepWithTimeAndReason() {
        CommandId id = accept("k", text("49151", "one")).id();
        clock.advance(Duration.ofSeconds(3));
        schedule.markQueued(id);
        store.transition(
                id, QUEUED, REJECTED, TransitionDetails.because("person_has_conversation"));

        assertThat(store.transitions(id))
                .containsExactly(
                        new Transition(ACCEPTED, TestClock.START, null),
                        new Transition(QUEUED, TestClock.START.plusSeconds(3), null),
                        new Transition(
                                REJECTED,
                                TestClock.START.plusSeconds(3),
                                "person_has_conversation"));
    }

    @Test
    void putsAPointerForACommandThatLostItsOwn() {
        CommandId id = accept("k", text("49151", "one")).id();

        assertThat(schedule.enqueueDue(queue::addAll, 10)).isZero();
        clock.advance(Duration.ofSeconds(11));
        assertThat(schedule.enqueueDue(queue::addAll, 10)).isEqualTo(1);
        assertThat(schedule.enqueueDue(queue::addAll, 10)).isZero();

        assertThat(queue).containsExactly(new Pointer(id, "1:49151"));
        assertThat(store.find(id).orElseThrow().state()).isEqualTo(QUEUED);
    }

    @Test
    void holdsACommandUntilItsTime() {
        Acceptance held =
                accept(
                        "k",
                        text("49151", "later")
                                .replace("}}", "},'hub':{'sendAt':'2026-11-22T14:00:00+01:00'}}"));
        assertThat(held.state()).isEqualTo(HELD);
        assertThat(held.needsPointer()).isFalse();

        clock.advance(Duration.ofMinutes(59));
        assertThat(schedule.enqueueDue(queue::addAll, 10)).isZero();
        clock.advance(Duration.ofMinutes(1));
        assertThat(schedule.enqueueDue(queue::addAll, 10)).isEqualTo(1);
        assertThat(store.find(held.id()).orElseThrow().state()).isEqualTo(QUEUED);
    }

    @Test
    void putsThePointerAgainWhenTheQueueFailed() {
        accept("k", text("49151", "one"));
        clock.advance(Duration.ofSeconds(11));
        assertThatThrownBy(
                        () ->
                                schedule.enqueueDue(
                                        pointers -> {
                                            throw new IllegalStateException("broker away");
                                        },
                                        10))
                .isInstanceOf(IllegalStateException.class);

        clock.advance(Duration.ofMinutes(2));
        assertThat(schedule.enqueueDue(queue::addAll, 10)).isEqualTo(1);
    }

    @Test
    void wakesTheNextOfTheRecipientWhenAnEarlierOneEnds() {
        CommandId first = sending("a", "49151");
        CommandId second = queued("b", "49151");
        CommandId third = queued("c", "49151");
        CommandId other = queued("d", "49152");
        Instant late = TestClock.START.plus(Duration.ofHours(1));
        for (CommandId id : List.of(second, third, other)) {
            store.park(id, Wait.EARLIER, late);
        }
        assertThat(store.hasEarlierOpen(first)).isFalse();
        assertThat(store.hasEarlierOpen(second)).isTrue();
        assertThat(store.hasEarlierOpen(other)).isFalse();

        store.transition(first, SENDING, UNRESOLVED, TransitionDetails.NONE);

        assertThat(store.hasEarlierOpen(second)).isFalse();
        assertThat(store.find(second).orElseThrow().wakeAt()).isEqualTo(TestClock.START);
        assertThat(store.find(third).orElseThrow().wakeAt()).isEqualTo(late);
        assertThat(store.find(other).orElseThrow().wakeAt()).isEqualTo(late);
    }

    /** Whoever ends the earlier one looks for those behind it and commits later: neither may pass the other unseen. */
    @Test
    void whoJoinsBehindOneThatIsJustEndingIsNotForgotten() throws Exception {
        CommandId first = sending("a", "49151");
        CommandId behind = accept("b", text("49151", "b")).id();
        var joining = new ArrayList<Future<Boolean>>();
        store.together(
                () -> {
                    store.transition(first, SENDING, SENT, TransitionDetails.NONE);
                    joining.add(Beside.call(() -> schedule.queueBehindOpen(behind)));
                    await().until(() -> joining.getFirst().isDone() || isSomebodyLocked());
                    return null;
                });

        boolean hasPointer = !joining.getFirst().get();
        boolean isWoken = !store.find(behind).orElseThrow().wakeAt().isAfter(TestClock.START);
        assertThat(hasPointer || isWoken).isTrue();
    }

    private boolean isSomebodyLocked() {
        String locked =
                "SELECT COUNT(*) FROM pg_stat_activity WHERE datname = current_database() AND"
                        + " wait_event_type = 'Lock'";
        return new JdbcTemplate(database).queryForObject(locked, Integer.class) > 0;
    }

    /** Its sender's queue took the command back after that, and the pointer with it; now it comes again. */
    @Test
    void whoseFirstPointerGotLostIsWokenByTheEarlierOneToo() {
        CommandId first = held("a", "49151");
        CommandId second = queued("b", "49151");
        store.transition(first, HELD, QUEUED, TransitionDetails.NONE);

        assertThat(schedule.queueBehindOpen(second)).isTrue();
        store.transition(first, QUEUED, REJECTED, TransitionDetails.NONE);

        assertThat(store.find(second).orElseThrow().wakeAt()).isEqualTo(TestClock.START);
    }

    @Test
    void wakesOneProbeOrAllOfANumber() {
        CommandId first = queued("a", "49151");
        CommandId second = queued("b", "49152");
        store.park(first, Wait.NUMBER, TestClock.START.plusSeconds(60));
        store.park(second, Wait.NUMBER, TestClock.START.plusSeconds(60));

        schedule.wakeProbe(new PhoneNumberId("1"));
        schedule.enqueueDue(queue::addAll, 10);
        assertThat(queue).extracting(Pointer::id).containsExactly(first);

        schedule.wakeNumber(new PhoneNumberId("1"));
        schedule.enqueueDue(queue::addAll, 10);
        assertThat(queue).extracting(Pointer::id).containsExactly(first, second);
    }

    @Test
    void resolvesACommandByItsCallbackDataWhateverItsWamid() {
        CommandId id = sending("k", "49151");
        store.transition(id, SENDING, UNRESOLVED, TransitionDetails.because("outcome_unknown"));

        List<StoredCommand> resolved = store.applyStatuses(List.of(status(id, "sent", 1)));

        assertThat(resolved)
                .singleElement()
                .satisfies(
                        command -> {
                            assertThat(command.state()).isEqualTo(SENT);
                            assertThat(command.wamid()).isEqualTo(WAMID);
                            assertThat(command.announced()).isFalse();
                        });
        assertThat(store.applyStatuses(List.of(status(id, "sent", 1)))).isEmpty();
    }

    @Test
    void neverGoesDown() {
        CommandId id = sending("k", "49151");
        store.recordSent(id, WAMID, "49151", null);

        store.applyStatuses(
                List.of(
                        status(null, "read", 30),
                        status(null, "delivered", 20),
                        status(id, "failed", 40)));

        assertThat(store.find(id).orElseThrow().state()).isEqualTo(READ);
        assertThat(store.transitions(id))
                .extracting(Transition::state)
                .containsExactly(ACCEPTED, QUEUED, SENDING, SENT, READ);
    }

    @Test
    void letsALaterDeliveryOverruleAFailure() {
        CommandId id = sending("k", "49151");
        store.recordSent(id, WAMID, "49151", null);

        List<StoredCommand> news =
                store.applyStatuses(
                        List.of(
                                new StatusSeen(
                                        null,
                                        WAMID,
                                        "failed",
                                        TestClock.START,
                                        131026,
                                        "undeliverable")));
        assertThat(news)
                .singleElement()
                .satisfies(
                        command -> {
                            assertThat(command.state()).isEqualTo(FAILED);
                            assertThat(command.errorCode()).isEqualTo(131026);
                        });
        store.applyStatuses(List.of(status(null, "delivered", 20)));

        assertThat(store.find(id).orElseThrow().state()).isEqualTo(DELIVERED);
    }

    @Test
    void keepsWhatAStatusToldWhenGraphsAnswerComesLater() {
        CommandId id = sending("k", "49151");
        store.applyStatuses(List.of(status(id, "delivered", 1)));

        store.recordSent(id, WAMID, "4915", "DE.1");

        StoredCommand command = store.find(id).orElseThrow();
        assertThat(command.state()).isEqualTo(DELIVERED);
        assertThat(command.waId()).isEqualTo("4915");
        assertThat(command.userId()).isEqualTo("DE.1");
    }

    @Test
    void joinsAStatusThatKnewTheWamidBeforeTheCommandDid() {
        CommandId id = sending("k", "49151");
        assertThat(store.applyStatuses(List.of(status(null, "delivered", 1)))).isEmpty();

        store.recordSent(id, WAMID, "49151", null);

        assertThat(store.find(id).orElseThrow().state()).isEqualTo(DELIVERED);
    }

    @Test
    void joinsAnEarlyStatusThatWasMissedWhileBothWereRecorded() {
        CommandId id = sending("k", "49151");
        var open = new TransactionTemplate(new JdbcTransactionManager(database));
        open.setPropagationBehaviorName("PROPAGATION_REQUIRES_NEW");
        CommandId other = sending("o", "49152");
        store.applyStatuses(
                List.of(
                        new StatusSeen(
                                null, new Wamid("wamid.B"), "read", clock.instant(), null, null)));
        open.executeWithoutResult(
                tx ->
                        store.applyStatuses(
                                List.of(
                                        status(id, "sent", 1),
                                        new StatusSeen(
                                                other,
                                                new Wamid("wamid.B"),
                                                "sent",
                                                clock.instant(),
                                                null,
                                                null))));
        assertThat(store.find(other).orElseThrow().state()).isEqualTo(SENT);

        schedule.tidy(Duration.ofDays(7));

        assertThat(store.find(other).orElseThrow().state()).isEqualTo(READ);
    }

    @Test
    void ignoresStatusesOfOthersAndWordsNotKnown() {
        CommandId id = sending("k", "49151");

        List<StoredCommand> news =
                store.applyStatuses(
                        List.of(
                                new StatusSeen(
                                        CommandId.next(clock.instant()),
                                        new Wamid("wamid.X"),
                                        "sent",
                                        clock.instant(),
                                        null,
                                        null),
                                new StatusSeen(
                                        id, WAMID, "teleported", clock.instant(), null, null)));

        assertThat(news).isEmpty();
        assertThat(store.find(id).orElseThrow().state()).isEqualTo(SENDING);
    }

    @Test
    void takesAnEchoAsProof() {
        CommandId id = sending("k", "49151");
        store.applyEcho(WAMID);
        store.recordSent(id, WAMID, "49151", null);

        assertThat(store.find(id).orElseThrow().state()).isEqualTo(SENT);
    }

    @Test
    void joinsTheTransactionOfItsCaller() {
        CommandId id = sending("k", "49151");
        new TransactionTemplate(new JdbcTransactionManager(database))
                .executeWithoutResult(
                        tx -> {
                            store.applyStatuses(List.of(status(id, "sent", 1)));
                            tx.setRollbackOnly();
                        });

        assertThat(store.find(id).orElseThrow().state()).isEqualTo(SENDING);
    }

    @Test
    void appliesAThousandStatusesAtOnce() {
        var seen = new ArrayList<StatusSeen>();
        for (int i = 0; i < 100; i++) {
            CommandId id = sending("k" + i, "49" + (10_000 + i));
            var wamid = new Wamid("wamid." + i);
            for (String word : List.of("read", "sent", "delivered", "sent", "played", "failed")) {
                seen.add(new StatusSeen(id, wamid, word, clock.instant(), null, null));
            }
        }
        assertThat(store.applyStatuses(seen))
                .hasSize(100)
                .allSatisfy(command -> assertThat(command.state()).isEqualTo(CommandState.PLAYED));
    }

    @Test
    void remembersWhichOutcomesAreStillToBeTold() {
        CommandId id = sending("k", "49151");
        store.recordSent(id, WAMID, "49151", null);
        assertThat(untold()).isEmpty();

        clock.advance(Duration.ofSeconds(6));
        assertThat(untold()).extracting(StoredCommand::id).containsExactly(id);

        store.markAnnounced(id, SENT);
        assertThat(untold()).isEmpty();
    }

    @Test
    void countsWhatIsOpen() {
        accept("a", text("49151", "one"));
        sending("b", "49152");
        sending("c", "49153");

        assertThat(schedule.countOpen()).containsEntry(ACCEPTED, 1L).containsEntry(SENDING, 2L);
    }

    @Test
    void commandsThatAreDueAtOnceAreNotReadForTheirPointers() {
        CommandId held =
                accept(
                                "k",
                                text("49151", "later")
                                        .replace(
                                                "}}",
                                                "},'hub':{'sendAt':'2026-11-22T14:00:00+01:00'}}"))
                        .id();
        CommandId inLine = queued("l", "49152");
        store.park(inLine, Wait.LIMIT, clock.instant().plus(Duration.ofDays(1)));
        new JdbcTemplate(database).update("UPDATE command SET body = 'whoever reads this fails'");
        clock.advance(Duration.ofHours(1));

        assertThat(schedule.enqueueDue(queue::addAll, 10)).isEqualTo(1);
        assertThat(queue).containsExactly(new Pointer(held, "1:49151"));
        assertThat(new NumberBacklog(database, clock).next(new PhoneNumberId("1"), 10))
                .containsExactly(new Pointer(inLine, "1:49152"));
    }

    @Test
    void aReceiptsPointerNamesTheMessageItAnswers() {
        CommandId id = accept("k", "{'from':'1','status':'read','message_id':'wamid.IN'}").id();
        clock.advance(Duration.ofSeconds(11));

        assertThat(schedule.enqueueDue(queue::addAll, 10)).isEqualTo(1);
        assertThat(queue).containsExactly(new Pointer(id, "1:wamid.IN"));
    }

    @Test
    void outcomesOfLargeCommandsAreToldInPortions() {
        var ids = new ArrayList<CommandId>();
        for (int i = 0; i < 20; i++) {
            CommandId id =
                    accept(
                                    "k" + i,
                                    text("49151", "one")
                                            .replace(
                                                    "}}", "},'big':'" + "x".repeat(250_000) + "'}"))
                            .id();
            store.cancel(id);
            ids.add(id);
            clock.advance(Duration.ofMillis(1));
        }
        clock.advance(Duration.ofSeconds(6));
        var told = new ArrayList<CommandId>();
        schedule.tellUntold(
                500,
                portion -> {
                    assertThat(portion).hasSizeBetween(1, 8);
                    portion.forEach(command -> told.add(command.id()));
                });

        assertThat(told).containsExactlyElementsOf(ids);
    }

    @Test
    void anOutcomeOfACommandThatCannotBeReadKeepsNoOtherUntold() {
        CommandId unreadable = accept("a", text("49151", "one")).id();
        CommandId next = accept("b", text("49152", "two")).id();
        store.cancel(unreadable);
        store.cancel(next);
        new JdbcTemplate(database)
                .update("UPDATE command SET body = '{' WHERE id = ?", unreadable.value());
        clock.advance(Duration.ofSeconds(6));

        assertThat(untold()).extracting(StoredCommand::id).containsExactly(next);
        store.markAnnounced(next, CANCELLED);
        assertThat(
                        new JdbcTemplate(database)
                                .queryForObject(
                                        "SELECT COUNT(*) FROM command WHERE announced = FALSE",
                                        Long.class))
                .as("looked at again and again")
                .isZero();
    }

    private List<StoredCommand> untold() {
        var all = new ArrayList<StoredCommand>();
        schedule.tellUntold(10, all::addAll);
        return all;
    }

    private StatusSeen status(CommandId id, String word, int seconds) {
        return new StatusSeen(id, WAMID, word, TestClock.START.plusSeconds(seconds), null, null);
    }

    private CommandId queued(String key, String to) {
        CommandId id = accept(key, text(to, key)).id();
        schedule.markQueued(id);
        return id;
    }

    private CommandId held(String key, String to) {
        return accept(key, later(to)).id();
    }

    private static String later(String to) {
        String later = "},'hub':{'sendAt':'2026-11-22T14:00:00+01:00'}}";
        return text(to, "later").replace("}}", later);
    }

    private CommandId sending(String key, String to) {
        CommandId id = queued(key, to);
        assertThat(store.transition(id, QUEUED, SENDING, TransitionDetails.NONE.asAttempt()))
                .isTrue();
        return id;
    }

    private Acceptance accept(String key, String json) {
        return accept(Caller.API, key, json);
    }

    private Acceptance accept(Caller caller, String key, String json) {
        return intake.accept(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8), key, caller);
    }

    private static Submission submission(String key, String json) {
        return submission(Caller.API, key, json);
    }

    private static Submission submission(Caller caller, String key, String json) {
        ObjectNode document = CommandJson.read(TestCommands.json(json));
        return new Submission(
                CommandForm.check(document),
                CommandJson.write(document),
                CommandJson.hash(document),
                new IdempotencyKey(key),
                caller);
    }

    private static String text(String to, String body) {
        return "{'from':'1','to':'" + to + "','type':'text','text':{'body':'" + body + "'}}";
    }
}
