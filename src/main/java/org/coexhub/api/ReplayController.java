package org.coexhub.api;

import org.coexhub.destination.Replay;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.util.Map;

/** Sends events of the log to one destination again. */
@RestController
class ReplayController {

    private final Replay replay;

    ReplayController(Replay replay) {
        this.replay = replay;
    }

    /** {@code since} and {@code until} bound Meta's time of the event; parts left out bound nothing. */
    record Order(
            String destination,
            Instant since,
            Instant until,
            String type,
            String conversation,
            boolean dryRun) {}

    record Outcome(String destination, long matched, boolean dryRun) {}

    @PostMapping("/api/v1/replays")
    Outcome replay(@RequestBody Order order) {
        if (order.destination == null) {
            throw new ProblemException(
                    422,
                    "Replay not valid",
                    "name the destination",
                    Map.of("pointer", "/destination"));
        }
        var selection =
                new Replay.Selection(
                        order.since,
                        order.until,
                        order.type == null ? "" : order.type,
                        order.conversation == null ? "" : order.conversation);
        long matched =
                replay.run(order.destination, selection, order.dryRun)
                        .orElseThrow(
                                () ->
                                        new ProblemException(
                                                404,
                                                "No such destination",
                                                "no route file declares destination:"
                                                        + order.destination,
                                                Map.of()));
        return new Outcome(order.destination, matched, order.dryRun);
    }
}
