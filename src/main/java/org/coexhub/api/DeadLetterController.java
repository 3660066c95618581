package org.coexhub.api;

import org.coexhub.delivery.deadletter.DeadLetters;
import org.coexhub.delivery.deadletter.LetterFilter;
import org.coexhub.delivery.operation.Operation;
import org.coexhub.delivery.operation.Operations;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;

/**
 * Endpoints for dead letters: look at them, send them again, drop them; one at once, all that match as an operation.
 */
@RestController
@RequestMapping("/api/v1/dead-letters")
class DeadLetterController {

    private static final int MOST_LISTED = 10_000;

    private final DeadLetters letters;
    private final Operations operations;

    DeadLetterController(DeadLetters letters, Operations operations) {
        this.letters = letters;
        this.operations = operations;
    }

    /**
     * Parts left out match everything; {@code reason} matches as a part of the letter's reason.
     *
     * @param all a person's word that every letter is meant; without it a filter has at least one part
     * @param dryRun counts only
     */
    record Filter(
            String destination,
            String reason,
            String eventType,
            String conversation,
            boolean all,
            boolean dryRun) {

        private LetterFilter letters() {
            return new LetterFilter(destination, reason, eventType, conversation);
        }
    }

    record Outcome(int matched, int done, boolean dryRun) {}

    @GetMapping
    Map<String, List<DeadLetters.Letter>> list(
            @RequestParam(required = false) String destination,
            @RequestParam(required = false) String reason,
            @RequestParam(required = false) String eventType,
            @RequestParam(required = false) String conversation,
            @RequestParam(defaultValue = "200") int limit) {
        var filter = new LetterFilter(destination, reason, eventType, conversation);
        return Map.of(
                "deadLetters", letters.matching(filter::matches, Math.min(limit, MOST_LISTED)));
    }

    @PostMapping("/{id}/replay")
    DeadLetters.Letter replay(@PathVariable String id) {
        DeadLetters.Letter letter = existing(id);
        return done(letter, letters.replay(letter.destination(), id));
    }

    @PostMapping("/{id}/discard")
    DeadLetters.Letter discard(@PathVariable String id) {
        DeadLetters.Letter letter = existing(id);
        return done(letter, letters.discard(letter.destination(), id));
    }

    @PostMapping("/replay")
    ResponseEntity<?> replayAll(
            @RequestHeader(name = OperationController.KEY, required = false) String key,
            @RequestBody Filter filter,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return matching(filter, dryRun || filter.dryRun, key, operations::replayLetters);
    }

    @PostMapping("/discard")
    ResponseEntity<?> discardAll(
            @RequestHeader(name = OperationController.KEY, required = false) String key,
            @RequestBody Filter filter,
            @RequestParam(defaultValue = "false") boolean dryRun) {
        return matching(filter, dryRun || filter.dryRun, key, operations::discardLetters);
    }

    private ResponseEntity<?> matching(
            Filter filter,
            boolean dryRun,
            String key,
            BiFunction<LetterFilter, Operations.Caller, Optional<Operation>> act) {
        LetterFilter meant = filter.letters();
        if (meant.hasNoPart() != filter.all) {
            throw new ProblemException(
                    422,
                    "Filter not valid",
                    filter.all
                            ? "all: true stands alone; leave out the other parts, or all"
                            : "an empty filter matches every dead letter; say all: true if that is"
                                    + " meant",
                    Map.of("pointer", "/all"));
        }
        if (dryRun) {
            return ResponseEntity.ok(new Outcome(letters.count(meant::matches), 0, true));
        }
        return act.apply(meant, OperationController.caller(key))
                .map(OperationController::accepted)
                .orElseThrow(() -> ReplayController.noDestination(filter.destination));
    }

    private DeadLetters.Letter existing(String id) {
        return letters.find(id).orElseThrow(DeadLetterController::gone);
    }

    private static DeadLetters.Letter done(DeadLetters.Letter letter, boolean moved) {
        if (!moved) {
            throw gone();
        }
        return letter;
    }

    private static ProblemException gone() {
        return new ProblemException(
                404,
                "No such dead letter",
                "it was replayed or discarded already, or never existed",
                Map.of());
    }
}
