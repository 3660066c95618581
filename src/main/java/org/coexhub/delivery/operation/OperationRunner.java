package org.coexhub.delivery.operation;

import jakarta.annotation.PreDestroy;

import org.coexhub.delivery.deadletter.LettersBusyException;
import org.coexhub.delivery.replay.ReplayBusyException;
import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.platform.lease.Lease;
import org.coexhub.platform.lease.LeaseStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Does the operations that run, each on one node at a time, by a lease. Every node looks once a second for those that
 * nobody has in hand: of a node that was killed they are free when its lease ends, of one that stopped at once.
 */
@Component
class OperationRunner {

    private static final Logger LOG = LoggerFactory.getLogger(OperationRunner.class);

    private static final Duration KEPT = Duration.ofDays(30);
    private static final long BETWEEN_TIDYING = Duration.ofHours(1).toNanos();
    private static final Duration TICK = Duration.ofMillis(100);
    private static final int MOST_ATTEMPTS = 3;
    private static final String INTERNAL_ERROR =
            "internal_error: the hub failed at it; its log says why";

    private final OperationStore store;
    private final LeaseStore leases;
    private final List<Act> acts;
    private final ExecutorService threads =
            Executors.newCachedThreadPool(
                    Thread.ofPlatform().daemon().name("operation-", 1).factory());
    private final Set<String> here = ConcurrentHashMap.newKeySet();
    private final Map<String, Integer> attempts = new ConcurrentHashMap<>();
    private final Set<String> waiting = ConcurrentHashMap.newKeySet();
    private volatile boolean ending;
    private long tidiedAt = System.nanoTime() - BETWEEN_TIDYING;

    OperationRunner(OperationStore store, LeaseStore leases, List<Act> acts) {
        this.store = store;
        this.leases = leases;
        this.acts = acts;
    }

    @Scheduled(fixedDelay = 1000)
    void look() {
        try {
            store.running().forEach(this::begin);
            if (System.nanoTime() - tidiedAt >= BETWEEN_TIDYING) {
                tidiedAt = System.nanoTime();
                store.forget(KEPT);
                acts.forEach(Act::tidy);
            }
        } catch (RuntimeException failure) {
            if (!PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.debug("Operations could not be looked up: {}", failure.getMessage());
        }
    }

    /** Does it, unless this or another node is at it. */
    void begin(String id) {
        if (!ending && here.add(id)) {
            try {
                threads.execute(
                        () -> {
                            try {
                                take(id);
                            } finally {
                                here.remove(id);
                            }
                        });
            } catch (RejectedExecutionException ends) {
                here.remove(id);
            }
        }
    }

    private void take(String id) {
        String name = "operation:" + id;
        var lease = new Lease(leases, name);
        if (lease.take().isEmpty()) {
            return;
        }
        Thread keeper = Thread.ofVirtual().start(() -> keep(lease));
        boolean ended = false;
        try {
            ended = work(id, lease);
        } catch (RuntimeException failure) {
            waits(id, failure);
        } finally {
            lease.letGo();
            LockSupport.unpark(keeper);
        }
        if (ended) {
            attempts.remove(id);
            waiting.remove(id);
            forget(name);
        }
    }

    private void forget(String name) {
        try {
            leases.forget(name);
        } catch (RuntimeException failure) {
            LOG.debug("Lease {} stays: {}", name, failure.getMessage());
        }
    }

    private static void keep(Lease lease) {
        while (lease.keep()) {
            LockSupport.parkNanos(TICK.toNanos());
        }
    }

    /** @return whether it has ended */
    private boolean work(String id, Lease lease) {
        StoredOperation row = store.find(id).filter(o -> o.operation().isRunning()).orElse(null);
        if (row == null) {
            return true;
        }
        if (row.cancelAsked()) {
            return end(id, Operation.State.CANCELLED, null);
        }
        var run = new OperationRun(store, row, lease, () -> ending);
        try {
            boolean complete = actOf(row.operation().kind()).run(run);
            if (complete) {
                return end(id, Operation.State.DONE, null);
            }
            return run.look().cancelAsked() && end(id, Operation.State.CANCELLED, null);
        } catch (OperationStoppedException stopped) {
            return end(id, Operation.State.STOPPED, stopped.getMessage());
        } catch (RuntimeException | StackOverflowError failure) {
            return failed(row.operation(), failure);
        }
    }

    /** Said once; it is tried again every second. */
    private void waits(String id, Throwable failure) {
        if (!ending && waiting.add(id)) {
            LOG.warn("Operation {} waits, and is tried again: {}", id, FailureSummary.of(failure));
        }
    }

    private Act actOf(String kind) {
        return acts.stream()
                .filter(act -> act.does(kind))
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("nobody knows how to " + kind));
    }

    private boolean failed(Operation operation, Throwable failure) {
        if (failure instanceof LettersBusyException
                || failure instanceof ReplayBusyException
                || PassingFailure.isCauseOf(failure)
                || ending) {
            waits(operation.id(), failure);
            return false;
        }
        LOG.error(
                "Operation {} ({}) has failed: {}",
                operation.id(),
                operation.kind(),
                FailureSummary.of(failure));
        return attempts.merge(operation.id(), 1, Integer::sum) >= MOST_ATTEMPTS
                && end(operation.id(), Operation.State.FAILED, INTERNAL_ERROR);
    }

    private boolean end(String id, Operation.State state, String reason) {
        store.end(id, state, reason);
        store.find(id)
                .map(StoredOperation::operation)
                .ifPresent(
                        o ->
                                LOG.info(
                                        "Operation {} ({} of {}) is {}: {} of {} done",
                                        id,
                                        o.kind(),
                                        o.name(),
                                        o.state().wireName(),
                                        o.done(),
                                        o.matched()));
        tidyAfter(id);
        return true;
    }

    private void tidyAfter(String id) {
        try {
            store.find(id).ifPresent(o -> actOf(o.operation().kind()).ended(id));
        } catch (RuntimeException failure) {
            LOG.debug("What operation {} has left stays for now: {}", id, failure.getMessage());
        }
    }

    @PreDestroy
    void stop() {
        ending = true;
        threads.shutdown();
        try {
            threads.awaitTermination(5, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
