package org.coexhub.api;

import org.coexhub.delivery.operation.Operations;
import org.coexhub.delivery.replay.Replay;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RestController;

import java.time.Instant;
import java.util.Map;

/** Sends events of the log to one destination again, as an operation. */
@RestController
class ReplayController {

    private final Replay replay;
    private final Operations operations;

    ReplayController(Replay replay, Operations operations) {
        this.replay = replay;
        this.operations = operations;
    }

    /** {@code since} and {@code until} bound Meta's time of the event; parts left out bound nothing. */
    record Order(
            String destination,
            Instant since,
            Instant until,
            String type,
            String conversation,
            String number,
            boolean dryRun) {

        private Replay.Selection selection() {
            return new Replay.Selection(
                    since, until, given(type), given(conversation), given(number));
        }

        private static String given(String part) {
            return part == null ? "" : part;
        }
    }

    record Outcome(String destination, long matched, boolean dryRun) {}

    @PostMapping("/api/v1/replays")
    ResponseEntity<?> replay(
            @RequestHeader(name = OperationController.KEY, required = false) String key,
            @RequestBody Order order) {
        if (order.destination == null) {
            throw new ProblemException(
                    422,
                    "Replay not valid",
                    "name the destination",
                    Map.of("pointer", "/destination"));
        }
        if (order.dryRun) {
            long matched =
                    replay.count(order.destination, order.selection())
                            .orElseThrow(() -> noDestination(order.destination));
            return ResponseEntity.ok(new Outcome(order.destination, matched, true));
        }
        return operations
                .replay(order.destination, order.selection(), OperationController.caller(key))
                .map(OperationController::accepted)
                .orElseThrow(() -> noDestination(order.destination));
    }

    static ProblemException noDestination(String name) {
        return new ProblemException(
                404, "No such destination", "no route file declares destination:" + name, Map.of());
    }
}
