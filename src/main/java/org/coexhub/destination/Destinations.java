package org.coexhub.destination;

import org.coexhub.broker.QueueNames;
import org.coexhub.broker.Queues;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** How every destination stands, from its queue, its circuit and its counters. */
@Component
public class Destinations {

    private final Catalogue catalogue;
    private final Queues queues;
    private final InstantSource clock;

    Destinations(Catalogue catalogue, Queues queues, InstantSource clock) {
        this.catalogue = catalogue;
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * @param queued events waiting, those being delivered included
     * @param oldestSeconds age of the first of them; null when none waits, or when no consumer
     *     runs because the file does not load
     * @param circuit closed, open, probing, paused, or broken when the file does not load
     * @param probeAt when an open circuit tries again
     * @param delivered what entered the queue and neither waits in it nor went to the dead letters: exact, because it
     *     is reckoned and not counted
     * @param deadLettered since the beginning, also what was replayed or discarded later
     */
    public record Standing(
            String name,
            String events,
            long queued,
            Long oldestSeconds,
            String circuit,
            Instant probeAt,
            String lastError,
            Instant lastErrorAt,
            long routed,
            long delivered,
            long deadLettered,
            long deadLetters) {}

    public List<Standing> list() {
        Map<String, Catalogue.Counters> counters =
                catalogue.counters().stream()
                        .collect(Collectors.toMap(Catalogue.Counters::name, c -> c));
        return catalogue.entries().stream()
                .map(entry -> standing(entry, counters.get(entry.name())))
                .toList();
    }

    public Optional<Standing> find(String name) {
        return list().stream().filter(d -> d.name().equals(name)).findFirst();
    }

    public boolean pause(String name, boolean paused) {
        return catalogue.pause(name, paused);
    }

    private Standing standing(Catalogue.Entry entry, Catalogue.Counters counters) {
        long queued =
                queues.depth(QueueNames.out(entry.name()))
                        + queues.depth(QueueNames.history(entry.name()));
        var circuit =
                entry.circuit()
                        .map(Circuit::view)
                        .orElse(new Circuit.View("broken", null, null, null));
        long delivered = counters.routed() + counters.returned() - counters.deadLettered() - queued;
        return new Standing(
                entry.name(),
                entry.filter().events(),
                queued,
                queued == 0 ? null : oldest(entry),
                circuit.state(),
                circuit.until(),
                circuit.lastError(),
                circuit.lastErrorAt(),
                counters.routed(),
                Math.max(0, delivered),
                counters.deadLettered(),
                queues.depth(QueueNames.deadLetters(entry.name())));
    }

    /** The oldest is always in a consumer's hands; a destination without consumers cannot tell. */
    private Long oldest(Catalogue.Entry entry) {
        return entry.circuit()
                .flatMap(Circuit::oldestInHand)
                .map(at -> Duration.between(Instant.ofEpochMilli(at), clock.instant()).toSeconds())
                .orElse(null);
    }
}
