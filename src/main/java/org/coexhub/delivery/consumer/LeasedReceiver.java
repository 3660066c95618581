package org.coexhub.delivery.consumer;

import org.coexhub.platform.lease.Lease;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Runs the consumers of one destination while this node holds its lease, for a destination that counts its calls or takes
 * one at a time.
 *
 * <p>A node without the lease has no consumer at the queue, so the broker hands it nothing that would then wait there.
 * Order and "once" do not rest on the lease but on the queue's groups and transactions, as everywhere: what a consumer
 * holds is nobody else's, and nothing of its conversation is, until its node has given it back or the broker has lost the
 * node. A call that was under way when its node lost the lease, because it stood still or the store was away for longer
 * than the lease lasts, is ended; for so long two nodes may be calling.
 */
final class LeasedReceiver implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(LeasedReceiver.class);
    private static final Duration TICK = Duration.ofMillis(250);
    private static final Duration STOP = Duration.ofSeconds(15);

    private final String destination;
    private final Lease lease;
    private final Consumer<Duration> taken;
    private final Supplier<DestinationReceivers> receivers;
    private final Thread thread;
    private volatile boolean open = true;

    /** @param taken told, before the consumers start, for how long no node had had the lease */
    LeasedReceiver(
            String destination,
            Lease lease,
            Consumer<Duration> taken,
            Supplier<DestinationReceivers> receivers) {
        this.destination = destination;
        this.lease = lease;
        this.taken = taken;
        this.receivers = receivers;
        this.thread = Thread.ofPlatform().name("lease-" + destination).daemon().start(this::run);
    }

    private void run() {
        while (open) {
            try {
                Optional<Duration> idle = lease.take();
                idle.ifPresent(taken);
                if (idle.isPresent()) {
                    deliver(receivers.get());
                } else {
                    nap();
                }
            } catch (RuntimeException e) {
                // A thread that ended would leave the destination without consumers.
                LOG.warn("Destination {}: its consumers could not be started", destination, e);
                nap();
            }
        }
    }

    private void deliver(DestinationReceivers consumers) {
        while (open && lease.keep()) {
            nap();
        }
        if (open) {
            LOG.warn(
                    "Destination {}: this node has lost its lease; another may deliver",
                    destination);
        }
        consumers.close();
        // Not a second set of consumers beside a call that takes its time.
        while (open && !consumers.ended()) {
            nap();
        }
        if (consumers.ended()) {
            lease.letGo();
        }
    }

    @Override
    public void close() {
        open = false;
        LockSupport.unpark(thread);
        try {
            thread.join(STOP);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void nap() {
        LockSupport.parkNanos(TICK.toNanos());
    }
}
