package org.coexhub.delivery.catalogue;

import jakarta.annotation.PreDestroy;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.broker.QueueNames;
import org.coexhub.platform.lease.LeaseStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Keeps this node's catalogue and those of the other nodes in step: every second it takes over operators' orders,
 * reports how this node's destinations stand, and ends those whose file no node has had for a day. On a thread of its
 * own, so that nothing that hangs elsewhere delays an order.
 */
@Component
class CatalogueWatch {

    private static final Logger LOG = LoggerFactory.getLogger(CatalogueWatch.class);

    private static final Duration BETWEEN_LOOKS = Duration.ofSeconds(1);

    /** A report that says nothing new is a sign of life only. */
    private static final long REPORT_NANOS = Duration.ofSeconds(5).toNanos();

    private static final long TIDY_NANOS = Duration.ofMinutes(1).toNanos();

    private final DestinationCatalogue catalogue;
    private final DestinationStore store;
    private final DestinationNodes nodes;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(
                    Thread.ofPlatform().name("destinations").daemon().factory());

    private final Map<String, DestinationNodes.Report> told = new HashMap<>();
    private final Set<String> undeclared = new HashSet<>();
    private long toldAt = System.nanoTime();
    private long tidiedAt = System.nanoTime() - TIDY_NANOS;

    CatalogueWatch(
            DestinationCatalogue catalogue,
            DestinationStore store,
            DestinationNodes nodes,
            LeaseStore leases,
            Broker broker) {
        this.catalogue = catalogue;
        this.store = store;
        this.nodes = nodes;
        if (broker.isEmbedded()) {
            // Other nodes have lost this broker with the process before, if there were any: what
            // that one held is nobody's.
            leases.freeAll();
            nodes.leaveAll();
        }
        thread.scheduleWithFixedDelay(
                this::look, 0, BETWEEN_LOOKS.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            List<DestinationStore.Row> rows = catalogue.look();
            tell(rows);
            long now = System.nanoTime();
            if (now - tidiedAt >= TIDY_NANOS) {
                tidiedAt = now;
                tidy();
            }
        } catch (RuntimeException e) {
            // One that left here would end the looks, and with them every order of an operator.
            if (PassingFailure.isCauseOf(e)) {
                LOG.debug("Destinations could not be looked up: {}", e.getMessage());
            } else {
                LOG.warn("Destinations could not be looked up", e);
            }
        }
    }

    private void tell(List<DestinationStore.Row> rows) {
        long now = System.nanoTime();
        boolean due = now - toldAt >= REPORT_NANOS;
        for (LocalDestination mine : catalogue.own()) {
            var report = mine.report(catalogue.node());
            if (due || !report.equals(told.put(mine.name(), report))) {
                nodes.report(mine.name(), report);
            }
        }
        if (due) {
            toldAt = now;
        }
        for (var row : rows) {
            if (!row.routing()
                    && catalogue.own(row.name()).isPresent()
                    && store.revive(row.name())) {
                LOG.warn("Destination {} gets events again: a node has its file", row.name());
            }
        }
    }

    private void tidy() {
        var lastSeen = new HashMap<String, Instant>();
        var alive = new HashSet<String>();
        for (var row : nodes.list()) {
            lastSeen.merge(row.name(), row.seenAt(), (a, b) -> a.isAfter(b) ? a : b);
            if (row.alive()) {
                alive.add(row.name());
            }
        }
        for (var row : store.list()) {
            String name = row.name();
            if (!row.routing() || alive.contains(name)) {
                undeclared.remove(name);
            } else if (store.endUndeclared(name)) {
                LOG.warn(
                        "Destination {} gets no more events: no node has had its route file for 24"
                                + " hours. What waits in {} stays there",
                        name,
                        QueueNames.out(name));
            } else if (undeclared.add(name)) {
                LOG.warn(
                        "Destination {}: no node has its route file since {}. Its events gather in"
                                + " {} for 24 hours; bring the file back, or DELETE"
                                + " /api/v1/destinations/{}",
                        name,
                        lastSeen.get(name),
                        QueueNames.out(name),
                        name);
            }
        }
        nodes.tidy();
    }

    @PreDestroy
    void leave() {
        thread.shutdown();
        try {
            thread.awaitTermination(5, TimeUnit.SECONDS);
            nodes.leave(catalogue.node());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException | TransactionException away) {
            LOG.debug("Nobody could be told that this node ends: {}", away.getMessage());
        }
    }
}
