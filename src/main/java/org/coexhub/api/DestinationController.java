package org.coexhub.api;

import org.coexhub.RouteFiles;
import org.coexhub.destination.Destinations;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

import java.util.List;
import java.util.Map;

/** Destinations: how each is doing, and stopping and starting one. */
@RestController
@RequestMapping("/api/v1/destinations")
class DestinationController {

    private final Destinations destinations;
    private final RouteFiles files;

    DestinationController(Destinations destinations, RouteFiles files) {
        this.destinations = destinations;
        this.files = files;
    }

    /** {@code problems}: files that do not load; their destinations gather events until they are mended. */
    record Listing(List<Destinations.Standing> destinations, List<RouteFiles.Problem> problems) {}

    @GetMapping
    Listing list() {
        return new Listing(destinations.list(), files.problems());
    }

    @GetMapping("/{name}")
    Destinations.Standing one(@PathVariable String name) {
        return destinations.find(name).orElseThrow(() -> unknown(name));
    }

    @PostMapping("/{name}/pause")
    Destinations.Standing pause(@PathVariable String name) {
        return ordered(name, true);
    }

    @PostMapping("/{name}/resume")
    Destinations.Standing resume(@PathVariable String name) {
        return ordered(name, false);
    }

    private Destinations.Standing ordered(String name, boolean paused) {
        if (!destinations.pause(name, paused)) {
            throw unknown(name);
        }
        return one(name);
    }

    private static ProblemException unknown(String name) {
        return new ProblemException(
                404, "No such destination", "no route file declares destination:" + name, Map.of());
    }
}
