package org.coexhub.api;

import org.coexhub.delivery.catalogue.DestinationStatus;
import org.coexhub.routes.RouteFiles;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Endpoints for destinations: see how each is doing, stop and start one. */
@RestController
@RequestMapping("/api/v1/destinations")
class DestinationController {

    private final DestinationStatus destinations;
    private final RouteFiles files;

    DestinationController(DestinationStatus destinations, RouteFiles files) {
        this.destinations = destinations;
        this.files = files;
    }

    /** {@code problems}: files that do not load; their destinations gather events until they are mended. */
    record Listing(
            List<DestinationStatus.Standing> destinations, List<RouteFiles.Problem> problems) {}

    @GetMapping
    Listing list() {
        return new Listing(destinations.list(), files.problems());
    }

    @GetMapping("/{name}")
    DestinationStatus.Standing one(@PathVariable String name) {
        return destinations.find(name).orElseThrow(() -> unknown(name));
    }

    @PostMapping("/{name}/pause")
    DestinationStatus.Standing pause(@PathVariable String name) {
        return ordered(name, true);
    }

    @PostMapping("/{name}/resume")
    DestinationStatus.Standing resume(@PathVariable String name) {
        return ordered(name, false);
    }

    /** Forgets one that no node declares any more, with what waits for it; nothing of it comes back. */
    @DeleteMapping("/{name}")
    DestinationStatus.Forgotten forget(
            @PathVariable String name, @RequestParam(defaultValue = "false") boolean confirm) {
        DestinationStatus.Standing standing = one(name);
        if (!standing.nodes().isEmpty()) {
            throw conflict(
                    "Still declared",
                    "these nodes have its route file: "
                            + standing.nodes().stream()
                                    .map(DestinationStatus.OnNode::node)
                                    .collect(Collectors.joining(", "))
                            + "; take it out of routes/destinations there and restart them first");
        }
        int consumers = destinations.consumers(name);
        if (consumers > 0) {
            throw conflict(
                    "Still read",
                    consumers
                            + " consumers read its queue, of a node that cannot be heard or of"
                            + " another program; end them first");
        }
        if (!confirm) {
            throw conflict(
                    "Not confirmed",
                    standing.queued()
                            + " events that wait for it and "
                            + standing.deadLetters()
                            + " dead letters would be dropped; repeat with confirm=true to do so."
                            + " The events stay in the event log");
        }
        return destinations.forget(standing);
    }

    private static ProblemException conflict(String title, String detail) {
        return new ProblemException(409, title, detail, Map.of());
    }

    private DestinationStatus.Standing ordered(String name, boolean paused) {
        if (!destinations.pause(name, paused)) {
            throw unknown(name);
        }
        return one(name);
    }

    private static ProblemException unknown(String name) {
        return new ProblemException(
                404, "No such destination", "no node has declared destination:" + name, Map.of());
    }
}
