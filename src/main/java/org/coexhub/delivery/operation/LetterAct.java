package org.coexhub.delivery.operation;

import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.deadletter.LetterFilter;
import org.springframework.stereotype.Component;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * Replays or discards dead letters that match.
 *
 * <p><b>Which letters are meant</b>: those that were parked before it was asked for. A letter that is refused again comes
 * back as a new one, and does not circle. <b>Why a crash does no harm</b>: a letter is moved in one queue transaction, so
 * it is done or still there; who takes over counts what is left of the letters that were meant. <b>Why any number will do</b>:
 * they are counted and then met one by one, and no list of them is made.
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
        Predicate<DeadLetters.Letter> meant = meant(run.operation());
        List<String> names = names(operation);
        long size = names.stream().mapToLong(name -> letters.count(name, meant)).sum();
        if (run.operation().place() == null) {
            store.begin(operation.id(), COUNTED, null, size);
        } else {
            run.doneBefore(Math.max(operation.done(), operation.matched() - size));
        }
        try {
            names.forEach(name -> move(operation.kind(), name, meant, run));
        } finally {
            run.noteDone();
        }
        return !run.isInterrupted();
    }

    private Predicate<DeadLetters.Letter> meant(StoredOperation row) {
        LetterFilter filter = requests.read(row.request(), LetterFilter.class);
        Instant then = row.operation().startedAt();
        return letter -> wasThere(letter, then) && filter.matches(letter);
    }

    private List<String> names(Operation operation) {
        var names = new ArrayList<String>();
        for (String name : store.held(operation.id())) {
            if (letters.knows(name)) {
                names.add(name);
            } else if (name.equals(operation.name())) {
                throw OperationStoppedException.destinationGone(name);
            }
        }
        return names;
    }

    private static boolean wasThere(DeadLetters.Letter letter, Instant then) {
        return !letter.parkedAt().isAfter(then);
    }

    private void move(
            String kind, String name, Predicate<DeadLetters.Letter> meant, OperationRun run) {
        if (!run.goesOn()) {
            return;
        }
        if (kind.equals(REPLAY)) {
            letters.replay(name, meant, run);
        } else {
            letters.discard(name, meant, run);
        }
    }
}
