package org.coexhub.delivery.catalogue;

import org.coexhub.delivery.failure.Circuit;
import org.coexhub.delivery.filter.EventFilter;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.broker.Queues;
import org.coexhub.platform.lease.LeaseStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * Keeps all destinations: those whose route files this node has, and by the store those of all nodes.
 *
 * <p><b>Why no node drops another's events.</b> A node stores what its files declare before its router starts, and every
 * router goes by the store, with each batch. So a node that lacks a file, because it is older or newer than the others,
 * or because the file does not load, puts events into that destination's queue all the same. The queue is there before
 * the row is. A destination ends by an operator's order, or when no node has had its file for a day.
 *
 * <p><b>Which filter counts</b> while nodes declare different ones: that of the node that started last, by the store's
 * clock. A node that was there before may declare again, and changes nothing. The declaration outlives its node, until
 * one that starts later declares another: a filter that fell back whenever a node is not heard of for a moment would
 * lose what only the newer one asks for.
 *
 * <p><b>An operator's orders</b> are in the store as well. Every node looks for them every second ({@link #look}) and
 * hands them to its own circuits. What a circuit does by itself is each node's own: one may reach the other side while
 * another does not.
 */
@Component
public class DestinationCatalogue {

    private static final Logger LOG = LoggerFactory.getLogger(DestinationCatalogue.class);

    private static final long BETWEEN_TRIES_NANOS = Duration.ofSeconds(1).toNanos();

    private final DestinationStore store;
    private final DestinationNodes nodes;
    private final LeaseStore leases;
    private final Queues queues;
    private final String node = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, LocalDestination> declared = new ConcurrentSkipListMap<>();

    /** A look that was under way while an order was given must not be acted on after it. */
    private final ReentrantLock looking = new ReentrantLock();

    private volatile Set<String> known = Set.of();
    private OffsetDateTime started;
    private Path loading;

    DestinationCatalogue(
            DestinationStore store, DestinationNodes nodes, LeaseStore leases, Queues queues) {
        this.store = store;
        this.nodes = nodes;
        this.leases = leases;
        this.queues = queues;
    }

    /** The file that the next declarations come from. */
    public void loading(Path file) {
        loading = file;
    }

    /** @param standsBy tells whether another node delivers in place of this one */
    public void declare(Destination destination, Circuit circuit, BooleanSupplier standsBy) {
        String name = destination.name();
        // A route that is stopped and started declares itself again; only a second file would be a
        // mistake.
        if (loading != null && declared.containsKey(name)) {
            throw new IllegalArgumentException(
                    "destination '"
                            + name
                            + "' is declared twice; a destination has one route, give the other one"
                            + " its own name");
        }
        var mine = new LocalDestination(name, destination.filter(), circuit, standsBy);
        if (loading == null) {
            declare(mine, destination.filter(), null);
        } else {
            declareAtStart(mine, destination.filter(), loading.getFileName().toString());
        }
        declared.put(name, mine);
    }

    private void declare(LocalDestination mine, EventFilter filter, String file) {
        makeQueues(mine.name());
        store.declare(mine.name(), file, filter, startOfThisNode());
        nodes.report(mine.name(), mine.report(node));
        store.find(mine.name()).ifPresent(mine::followAtStart);
    }

    /** That store or broker is away for a moment is no fault of the file: the hub is not ready before they are back. */
    private void declareAtStart(LocalDestination mine, EventFilter filter, String file) {
        for (boolean told = false; ; told = true) {
            try {
                declare(mine, filter, file);
                return;
            } catch (RuntimeException away) {
                if (!PassingFailure.isCauseOf(away)) {
                    throw away;
                }
                if (!told) {
                    LOG.warn(
                            "The start waits with destination {} for store or broker: {}",
                            mine.name(),
                            FailureSummary.of(away));
                }
                LockSupport.parkNanos(BETWEEN_TRIES_NANOS);
            }
        }
    }

    /** Says for what a broken file declared when it last loaded that the file is still there. */
    public void keepGathering(Path file) {
        for (var row : store.ofFile(file.getFileName().toString())) {
            if (!declared.containsKey(row.name())) {
                LOG.warn(
                        "Destination {} gathers events in {} until its file is mended",
                        row.name(),
                        QueueNames.out(row.name()));
                makeQueues(row.name());
                var broken = LocalDestination.broken(row.name(), row.filter());
                nodes.report(row.name(), broken.report(node));
                store.revive(row.name());
                declared.put(row.name(), broken);
            }
        }
    }

    /** Forgets, for this node, a destination whose route could not be started after it was declared. */
    public void withdraw(Collection<String> names) {
        for (String name : names) {
            declared.remove(name);
            nodes.leave(node, name);
        }
    }

    /** Those whose files this node has. */
    public Set<String> declaredHere() {
        return new TreeSet<>(declared.keySet());
    }

    public Collection<LocalDestination> own() {
        return List.copyOf(declared.values());
    }

    public Optional<LocalDestination> own(String name) {
        return Optional.ofNullable(declared.get(name));
    }

    String node() {
        return node;
    }

    /** Names of all that any node has declared, as this node last saw them. */
    public Set<String> known() {
        var all = new TreeSet<>(known);
        all.addAll(declared.keySet());
        return all;
    }

    /** Takes over what operators ordered, on this node or another. */
    List<DestinationStore.Row> look() {
        looking.lock();
        try {
            List<DestinationStore.Row> rows = store.list();
            var names = new TreeSet<String>();
            for (var row : rows) {
                names.add(row.name());
                own(row.name()).ifPresent(mine -> mine.follow(row));
            }
            known = Set.copyOf(names);
            return rows;
        } finally {
            looking.unlock();
        }
    }

    /**
     * Pauses or resumes by order of an operator, on all nodes; the order outlives a restart.
     *
     * @return false when there is no such destination
     */
    boolean pause(String name, boolean paused) {
        if (!store.pause(name, paused)) {
            return false;
        }
        look();
        return true;
    }

    /** Gives the operator's order in his place, where the other side says that it wants no more. */
    public void pauseUntilResumed(String name) {
        pause(name, true);
    }

    /**
     * Forgets a destination and what is queued for it; what a router is just about to send there is dropped as well.
     */
    void forget(String name) {
        // In this order, so that a kill leaves something that can be forgotten once more.
        store.end(name);
        QueueNames.ofDestination(name).forEach(queues::remove);
        if (store.forget(name)) {
            nodes.forget(name);
            leases.forget(LeaseNames.delivery(name));
            leases.forget(LeaseNames.letters(name));
        } else {
            makeQueues(name);
        }
        look();
    }

    private void makeQueues(String name) {
        QueueNames.ofDestination(name).forEach(queues::ensure);
    }

    private synchronized OffsetDateTime startOfThisNode() {
        if (started == null) {
            started = store.now();
        }
        return started;
    }
}
