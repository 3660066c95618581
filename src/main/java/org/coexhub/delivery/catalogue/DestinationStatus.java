package org.coexhub.delivery.catalogue;

import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Reports the state of every destination, from its queue, its counters and what each node says; the same whichever node
 * is asked.
 */
@Component
public class DestinationStatus {

    private static final String PAUSED = "paused";
    private static final String UNDECLARED = "undeclared";

    private static final String CLOSED = "closed";

    /**
     * What is said of the destination where its nodes differ: the first of these. A node that says paused while the
     * order says otherwise is about to look.
     */
    private static final List<String> WORST_FIRST =
            List.of(
                    "open",
                    "probing",
                    CLOSED,
                    PAUSED,
                    LocalDestination.STANDBY,
                    LocalDestination.BROKEN);

    private static final Duration KEPT_UNDECLARED = Duration.ofHours(24);

    private final DestinationCatalogue catalogue;
    private final DestinationStore store;
    private final DestinationNodes nodes;
    private final Queues queues;
    private final InstantSource clock;

    DestinationStatus(
            DestinationCatalogue catalogue,
            DestinationStore store,
            DestinationNodes nodes,
            Queues queues,
            InstantSource clock) {
        this.catalogue = catalogue;
        this.store = store;
        this.nodes = nodes;
        this.queues = queues;
        this.clock = clock;
    }

    /**
     * @param queued events waiting, those being delivered included
     * @param oldestSeconds age of the first of them; null when none waits, or when no consumer
     *     runs because the file does not load
     * @param circuit closed, open, probing, paused, broken when the file does not load, undeclared when no node has it;
     *     of several nodes the worst
     * @param probeAt when an open circuit tries again
     * @param delivered what entered the queue and neither waits in it nor went to the dead letters: exact, because it
     *     is reckoned and not counted
     * @param deadLettered since the beginning, also what was replayed or discarded later
     * @param gathersUntil when an undeclared destination gets no more events, the past included; null for a declared one
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
            long deadLetters,
            Instant gathersUntil,
            List<OnNode> nodes) {}

    /**
     * The destination as one node has it; each node has a circuit of its own.
     *
     * @param events what its file asks for
     * @param circuit also standby, where another node delivers in its place
     * @param seenAt when the node last told this
     */
    public record OnNode(
            String node,
            String events,
            String circuit,
            Instant probeAt,
            String lastError,
            Instant lastErrorAt,
            Instant seenAt) {}

    /** What was lost when a destination was forgotten. */
    public record Forgotten(String name, long queued, long deadLetters) {}

    public List<Standing> list() {
        Map<String, List<DestinationNodes.Row>> told = told();
        return store.list().stream()
                .map(row -> standing(row, told.getOrDefault(row.name(), List.of())))
                .toList();
    }

    public Optional<Standing> find(String name) {
        return store.find(name).map(row -> standing(row, told().getOrDefault(name, List.of())));
    }

    /** @return false when there is no such destination */
    public boolean pause(String name, boolean paused) {
        return catalogue.pause(name, paused);
    }

    /** How many consumers read its queues, those of other programs included. */
    public int consumers(String name) {
        return queues.consumers(QueueNames.out(name)) + queues.consumers(QueueNames.history(name));
    }

    /** Routes nothing there any more, and drops what is queued; for one that no node declares. */
    public Forgotten forget(Standing standing) {
        catalogue.forget(standing.name());
        return new Forgotten(standing.name(), standing.queued(), standing.deadLetters());
    }

    private Map<String, List<DestinationNodes.Row>> told() {
        return nodes.list().stream().collect(Collectors.groupingBy(DestinationNodes.Row::name));
    }

    private Standing standing(DestinationStore.Row row, List<DestinationNodes.Row> told) {
        long queued =
                queues.depth(QueueNames.out(row.name()))
                        + queues.depth(QueueNames.history(row.name()));
        List<OnNode> alive = alive(row.name(), told);
        Optional<OnNode> speaker =
                alive.stream().min(Comparator.comparing(one -> WORST_FIRST.indexOf(one.circuit())));
        long delivered = row.routed() + row.returned() - row.deadLettered() - queued;
        return new Standing(
                row.name(),
                row.filter().events(),
                queued,
                queued == 0 ? null : oldest(row.name(), told),
                row.paused()
                        ? PAUSED
                        : speaker.map(OnNode::circuit)
                                .map(DestinationStatus::said)
                                .orElse(UNDECLARED),
                speaker.map(OnNode::probeAt).orElse(null),
                speaker.map(OnNode::lastError).orElse(null),
                speaker.map(OnNode::lastErrorAt).orElse(null),
                row.routed(),
                Math.max(0, delivered),
                row.deadLettered(),
                queues.depth(QueueNames.deadLetters(row.name())),
                alive.isEmpty() ? gathersUntil(told) : null,
                alive);
    }

    private static String said(String circuit) {
        return circuit.equals(PAUSED) || circuit.equals(LocalDestination.STANDBY)
                ? CLOSED
                : circuit;
    }

    /** Of this node as it is now, of the others as they told it last. */
    private List<OnNode> alive(String name, List<DestinationNodes.Row> told) {
        Stream<OnNode> others =
                told.stream()
                        .filter(DestinationNodes.Row::alive)
                        .filter(row -> !row.report().node().equals(catalogue.node()))
                        .map(row -> onNode(row.report(), row.seenAt()));
        Stream<OnNode> here =
                catalogue.own(name).stream()
                        .map(mine -> onNode(mine.report(catalogue.node()), clock.instant()));
        return Stream.concat(here, others).toList();
    }

    private static OnNode onNode(DestinationNodes.Report report, Instant seenAt) {
        return new OnNode(
                report.node(),
                report.filter().events(),
                report.circuit(),
                report.probeAt(),
                report.lastError(),
                report.lastErrorAt(),
                seenAt);
    }

    private static Instant gathersUntil(List<DestinationNodes.Row> told) {
        return told.stream()
                .map(DestinationNodes.Row::seenAt)
                .max(Comparator.naturalOrder())
                .map(seen -> seen.plus(KEPT_UNDECLARED))
                .orElse(null);
    }

    /** The oldest is always in a consumer's hands; a destination without consumers cannot tell. */
    private Long oldest(String name, List<DestinationNodes.Row> told) {
        Stream<Instant> here =
                catalogue.own(name).stream().map(mine -> mine.report(catalogue.node()).oldestAt());
        Stream<Instant> others =
                told.stream()
                        .filter(DestinationNodes.Row::alive)
                        .filter(row -> !row.report().node().equals(catalogue.node()))
                        .map(row -> row.report().oldestAt());
        return Stream.concat(here, others)
                .filter(Objects::nonNull)
                .min(Comparator.naturalOrder())
                .map(at -> Duration.between(at, clock.instant()).toSeconds())
                .orElse(null);
    }
}
