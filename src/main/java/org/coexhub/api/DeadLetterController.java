package org.coexhub.api;

import org.coexhub.destination.DeadLetters;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.ToIntBiFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Dead letters: looking at them, sending them again, dropping them; one by one or all that match. */
@RestController
@RequestMapping("/api/v1/dead-letters")
class DeadLetterController {

    private final DeadLetters letters;

    DeadLetterController(DeadLetters letters) {
        this.letters = letters;
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

        private boolean isEmpty() {
            return Stream.of(destination, reason, eventType, conversation)
                    .allMatch(part -> part == null || part.isEmpty());
        }

        private Predicate<DeadLetters.Letter> test() {
            return letter ->
                    matches(destination, letter.destination())
                            && (reason == null
                                    || letter.reason() != null && letter.reason().contains(reason))
                            && matches(eventType, letter.eventType())
                            && matches(conversation, letter.conversation());
        }

        private static boolean matches(String wanted, String value) {
            return wanted == null || wanted.isEmpty() || wanted.equals(value);
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
        var filter = new Filter(destination, reason, eventType, conversation, false, false);
        return Map.of(
                "deadLetters", letters.matching(filter.test()).stream().limit(limit).toList());
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
    Outcome replayAll(
            @RequestBody Filter filter, @RequestParam(defaultValue = "false") boolean dryRun) {
        return matching(filter, dryRun || filter.dryRun, letters::replay);
    }

    @PostMapping("/discard")
    Outcome discardAll(
            @RequestBody Filter filter, @RequestParam(defaultValue = "false") boolean dryRun) {
        return matching(filter, dryRun || filter.dryRun, letters::discard);
    }

    private Outcome matching(
            Filter filter, boolean dryRun, ToIntBiFunction<String, List<String>> operation) {
        if (filter.isEmpty() != filter.all) {
            throw new ProblemException(
                    422,
                    "Filter not valid",
                    filter.all
                            ? "all: true stands alone; leave out the other parts, or all"
                            : "an empty filter matches every dead letter; say all: true if that is"
                                    + " meant",
                    Map.of("pointer", "/all"));
        }
        List<DeadLetters.Letter> matching = letters.matching(filter.test());
        if (dryRun) {
            return new Outcome(matching.size(), 0, true);
        }
        Map<String, List<String>> ids =
                matching.stream()
                        .collect(
                                Collectors.groupingBy(
                                        DeadLetters.Letter::destination,
                                        Collectors.mapping(
                                                DeadLetters.Letter::id, Collectors.toList())));
        int done = 0;
        for (var some : ids.entrySet()) {
            done += operation.applyAsInt(some.getKey(), some.getValue());
        }
        return new Outcome(matching.size(), done, false);
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
