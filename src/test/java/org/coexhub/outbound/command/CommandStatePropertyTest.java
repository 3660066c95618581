package org.coexhub.outbound.command;

import static org.assertj.core.api.Assertions.assertThat;

import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import net.jqwik.api.lifecycle.AfterContainer;
import net.jqwik.api.lifecycle.BeforeContainer;

import org.coexhub.event.Wamid;
import org.coexhub.outbound.command.StoredCommand.Transition;
import org.coexhub.outbound.command.intake.CommandIntake;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.testing.TestClock;
import org.coexhub.testing.TestDatabase;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Whatever happens to a command at the same time, only legal steps are ever stored. */
class CommandStatePropertyTest {

    private static final TestClock CLOCK = new TestClock();
    private static CommandStore store;
    private static CommandIntake intake;
    private static ExecutorService threads;

    /** Something that one part of the hub does to a command while others do something else. */
    interface Action {
        void on(CommandId id);
    }

    @BeforeContainer
    static void open() {
        store = new CommandStore(TestDatabase.postgres(), CLOCK);
        intake = new CommandIntake(store, store::accept, (first, number) -> {}, number -> true);
        threads = Executors.newFixedThreadPool(3);
    }

    @AfterContainer
    static void close() {
        threads.shutdownNow();
    }

    @Property(tries = 150, shrinking = ShrinkingMode.OFF)
    void storesOnlyLegalStepsUnderInterleaving(
            @ForAll("scripts") List<Action> one,
            @ForAll("scripts") List<Action> two,
            @ForAll("scripts") List<Action> three)
            throws Exception {
        CommandId id = accepted();

        List<Future<Void>> runs =
                threads.invokeAll(
                        Stream.of(one, two, three)
                                .map(
                                        script ->
                                                (Callable<Void>)
                                                        () -> {
                                                            script.forEach(action -> action.on(id));
                                                            return null;
                                                        })
                                .toList());
        for (Future<Void> run : runs) {
            run.get();
        }

        List<CommandState> steps = store.transitions(id).stream().map(Transition::state).toList();
        assertThat(steps.getFirst()).isEqualTo(CommandState.ACCEPTED);
        for (int i = 1; i < steps.size(); i++) {
            assertThat(steps.get(i - 1).canBecome(steps.get(i)))
                    .as("%s to %s in %s", steps.get(i - 1), steps.get(i), steps)
                    .isTrue();
        }
        assertThat(store.find(id).orElseThrow().state()).isEqualTo(steps.getLast());
        assertThat(steps.stream().filter(step -> step == CommandState.SENT))
                .hasSizeLessThanOrEqualTo(1);
    }

    @Provide
    Arbitrary<List<Action>> scripts() {
        Arbitrary<CommandState> states = Arbitraries.of(CommandState.values());
        Arbitrary<Action> step =
                Combinators.combine(states, states)
                        .filter(CommandState::canBecome)
                        .as(
                                (from, to) ->
                                        id ->
                                                store.transition(
                                                        id,
                                                        from,
                                                        to,
                                                        TransitionDetails.because("test")));
        Arbitrary<Action> turn =
                Arbitraries.of(
                        id ->
                                store.transition(
                                        id,
                                        CommandState.ACCEPTED,
                                        CommandState.QUEUED,
                                        TransitionDetails.NONE),
                        id ->
                                store.transition(
                                        id,
                                        CommandState.QUEUED,
                                        CommandState.SENDING,
                                        TransitionDetails.NONE.asAttempt()),
                        id ->
                                store.transition(
                                        id,
                                        CommandState.SENDING,
                                        CommandState.UNRESOLVED,
                                        TransitionDetails.NONE),
                        id -> store.recordSent(id, new Wamid("wamid." + id), "49151", null));
        Arbitrary<Action> status =
                Combinators.combine(
                                Arbitraries.of(
                                        "sent", "delivered", "read", "played", "failed", "unheard"),
                                Arbitraries.of(true, false))
                        .as(
                                (word, byId) ->
                                        id ->
                                                store.applyStatuses(
                                                        List.of(
                                                                new StatusSeen(
                                                                        byId ? id : null,
                                                                        new Wamid("wamid." + id),
                                                                        word,
                                                                        CLOCK.instant(),
                                                                        null,
                                                                        null))));
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(2, step),
                        net.jqwik.api.Tuple.of(3, turn),
                        net.jqwik.api.Tuple.of(2, status))
                .list()
                .ofMinSize(1)
                .ofMaxSize(12);
    }

    private static CommandId accepted() {
        String json =
                "{\"from\":\"1\",\"to\":\"49151\",\"type\":\"text\",\"text\":{\"body\":\"x\"}}";
        return intake.accept(
                        json.getBytes(StandardCharsets.UTF_8),
                        UUID.randomUUID().toString(),
                        Caller.API)
                .id();
    }
}
