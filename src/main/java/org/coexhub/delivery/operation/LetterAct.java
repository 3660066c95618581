package org.coexhub.delivery.operation;

import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.deadletter.LetterFilter;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Replays or discards dead letters that match.
 *
 * <p><b>Which letters are meant</b>: those that were parked before it was asked for. A letter that is refused again comes
 * back as a new one, and does not circle. <b>Why a crash does no harm</b>: a letter is moved in one queue transaction, so
 * it is done or still there; who takes over counts what is left of the letters that were meant.
 */
@Component
final class LetterAct implements Act {

    static final String REPLAY = "replayDeadLetters";
    static final String DISCARD = "discardDeadLetters";

    private static final String COUNTED = "counted";

    private final DeadLetters letters;
    private final OperationStore store;
    private final Requests requests;

    LetterAct(DeadLetters letters, OperationStore store, Requests requests) {
        this.letters = letters;
        this.store = store;
        this.requests = requests;
    }

    @Override
    public boolean does(String kind) {
        return kind.equals(REPLAY) || kind.equals(DISCARD);
    }

    @Override
    public boolean run(OperationRun run) {
        Operation operation = run.operation().operation();
        Map<String, List<String>> left = left(run.operation());
        long size = left.values().stream().mapToLong(List::size).sum();
        if (run.operation().place() == null) {
            store.begin(operation.id(), COUNTED, null, size);
        } else {
            run.doneBefore(Math.max(operation.done(), operation.matched() - size));
        }
        try {
            left.forEach((name, ids) -> move(operation.kind(), name, ids, run));
        } finally {
            run.noteDone();
        }
        return !run.isInterrupted();
    }

    private Map<String, List<String>> left(StoredOperation row) {
        Operation operation = row.operation();
        LetterFilter filter = requests.read(row.request(), LetterFilter.class);
        Predicate<DeadLetters.Letter> meant =
                letter -> wasThere(letter, operation.startedAt()) && filter.matches(letter);
        var left = new LinkedHashMap<String, List<String>>();
        for (String name : store.held(operation.id())) {
            if (letters.knows(name)) {
                left.put(
                        name,
                        letters.matching(name, meant).stream()
                                .map(DeadLetters.Letter::id)
                                .toList());
            } else if (name.equals(operation.name())) {
                throw OperationStoppedException.destinationGone(name);
            }
        }
        return left;
    }

    private static boolean wasThere(DeadLetters.Letter letter, Instant then) {
        return !letter.parkedAt().isAfter(then);
    }

    private void move(String kind, String name, List<String> ids, OperationRun run) {
        if (ids.isEmpty() || !run.goesOn()) {
            return;
        }
        if (kind.equals(REPLAY)) {
            letters.replay(name, ids, run);
        } else {
            letters.discard(name, ids, run);
        }
    }
}
