package org.coexhub.delivery.operation;

import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.deadletter.LetterFilter;
import org.coexhub.delivery.replay.Replay;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Takes orders for acts that take long; {@link OperationRunner} carries them out. Each destination has one at a time; a
 * request that comes again under its Idempotency-Key is answered with the operation it began.
 */
@Component
public class Operations {

    private static final Duration WAIT_FOR_THE_END = Duration.ofSeconds(2);
    private static final Duration TICK = Duration.ofMillis(20);

    private final OperationStore store;
    private final OperationRunner runner;
    private final Requests requests;
    private final Replay replay;
    private final DeadLetters letters;

    Operations(
            OperationStore store,
            OperationRunner runner,
            Requests requests,
            Replay replay,
            DeadLetters letters) {
        this.store = store;
        this.runner = runner;
        this.requests = requests;
        this.replay = replay;
        this.letters = letters;
    }

    /** @param key the caller's Idempotency-Key; null: none */
    public record Caller(String by, String key) {}

    /**
     * Sends events of the log to a destination again.
     *
     * @return empty where there is no such destination
     * @throws OperationRefusedException another operation is in the way
     */
    public Optional<Operation> replay(
            String destination, Replay.Selection selection, Caller caller) {
        return replay.knows(destination)
                ? Optional.of(
                        begin(
                                ReplayAct.KIND,
                                new TreeSet<>(List.of(destination)),
                                selection,
                                caller))
                : Optional.empty();
    }

    /** As {@link #discardLetters}, back into the queues they came from. */
    public Optional<Operation> replayLetters(LetterFilter filter, Caller caller) {
        return letters(LetterAct.REPLAY, filter, caller);
    }

    /**
     * Drops all dead letters that match.
     *
     * @return empty where the filter names a destination that is none
     * @throws OperationRefusedException another operation is in the way
     */
    public Optional<Operation> discardLetters(LetterFilter filter, Caller caller) {
        return letters(LetterAct.DISCARD, filter, caller);
    }

    private Optional<Operation> letters(String kind, LetterFilter filter, Caller caller) {
        SortedSet<String> names =
                letters.names()
                        .filter(filter::matchesDestination)
                        .collect(Collectors.toCollection(TreeSet::new));
        if (names.isEmpty() && letters.knows(filter.destination())) {
            names.add(filter.destination());
        }
        return names.isEmpty() ? Optional.empty() : Optional.of(begin(kind, names, filter, caller));
    }

    private Operation begin(String kind, SortedSet<String> names, Object request, Caller caller) {
        String name = names.size() == 1 ? names.first() : Operation.SEVERAL;
        Operation operation =
                store.accept(
                        new OperationStore.Order(
                                kind,
                                name,
                                names,
                                caller.by(),
                                requests.write(request),
                                caller.key()));
        if (operation.isRunning()) {
            runner.begin(operation.id());
        }
        return operation;
    }

    public Optional<Operation> find(String id) {
        return store.find(id).map(StoredOperation::operation);
    }

    /** The newest first; {@code state} and {@code name} may be empty. */
    public List<Operation> list(String state, String name, int limit) {
        return store.list(state, name, limit);
    }

    /**
     * Ends it after the step that is under way, and waits some moments for that.
     *
     * @return how it stands then; empty where there is none
     */
    public Optional<Operation> cancel(String id) {
        if (store.cancel(id)) {
            runner.begin(id);
        }
        long deadline = System.nanoTime() + WAIT_FOR_THE_END.toNanos();
        Optional<Operation> now = find(id);
        while (now.filter(Operation::isRunning).isPresent() && System.nanoTime() - deadline < 0) {
            LockSupport.parkNanos(TICK.toNanos());
            now = find(id);
        }
        return now;
    }
}
