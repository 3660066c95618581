package org.coexhub.delivery.catalogue;

import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.filter.EventFilter;

import java.time.Instant;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** A destination whose file this node has. */
public final class LocalDestination {

    static final String BROKEN = "broken";
    static final String STANDBY = "standby";

    private final String name;
    private final EventFilter filter;
    private final Circuit circuit;
    private final BooleanSupplier standsBy;
    private volatile long resumesSeen;

    LocalDestination(String name, EventFilter filter, Circuit circuit, BooleanSupplier standsBy) {
        this.name = name;
        this.filter = filter;
        this.circuit = circuit;
        this.standsBy = standsBy;
    }

    /** One whose file does not load: this node delivers nothing. */
    static LocalDestination broken(String name, EventFilter filter) {
        return new LocalDestination(name, filter, null, () -> false);
    }

    String name() {
        return name;
    }

    public Optional<Circuit> circuit() {
        return Optional.ofNullable(circuit);
    }

    /** Earlier orders to resume were for circuits that are gone. */
    void followAtStart(DestinationStore.Row ordered) {
        resumesSeen = ordered.resumes();
        follow(ordered);
    }

    void follow(DestinationStore.Row ordered) {
        boolean resumed = resumesSeen != ordered.resumes();
        resumesSeen = ordered.resumes();
        if (circuit == null) {
            return;
        }
        if (ordered.paused()) {
            circuit.pause();
        } else if (resumed || circuit.isPaused()) {
            circuit.resume();
        }
    }

    DestinationNodes.Report report(String node) {
        Circuit.View view =
                circuit == null ? new Circuit.View(BROKEN, null, null, null) : circuit.view();
        boolean elsewhere = "closed".equals(view.state()) && standsBy.getAsBoolean();
        return new DestinationNodes.Report(
                node,
                filter,
                elsewhere ? STANDBY : view.state(),
                view.until(),
                view.lastError(),
                view.lastErrorAt(),
                circuit().flatMap(Circuit::oldestInHand).map(Instant::ofEpochMilli).orElse(null));
    }
}
