package org.coexhub.connector.salesforce.pubsub;

import org.coexhub.connector.salesforce.pubsub.ReplayStore.Hold;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;

/**
 * The hold of this node on a channel. It runs out by itself unless the node shows in time that it lives, by moving the
 * position or by {@link #keep}. Here that time is counted on a clock that only measures spans. For one thread.
 */
final class ChannelLease {

    private static final Logger LOG = LoggerFactory.getLogger(ChannelLease.class);

    /** By how much the clocks of hub and org may differ on the day the channel is first subscribed to. */
    private static final Duration CLOCKS_DIFFER = Duration.ofMinutes(1);

    private static final Duration BETWEEN_TIDYINGS = Duration.ofHours(1);

    private final ReplayStore store;
    private final InstantSource clock;
    private final Duration lease;
    private final Hold hold;
    private long shown;
    private boolean taken;
    private Instant tidied;

    ChannelLease(String channel, ReplayStore store, Duration lease, InstantSource clock) {
        this.store = store;
        this.clock = clock;
        this.lease = lease;
        this.hold = new Hold(channel, UUID.randomUUID().toString(), lease);
        this.tidied = clock.instant();
    }

    /** How often a node shows that it lives, and one that waits looks whether the other does. */
    Duration interval() {
        return lease.dividedBy(3);
    }

    /** False while another node has the channel. */
    boolean take() {
        long before = System.nanoTime();
        taken = store.hold(hold, clock.instant().minus(CLOCKS_DIFFER));
        shown = before;
        return taken;
    }

    boolean isDue() {
        return !taken || System.nanoTime() - shown > interval().toNanos();
    }

    /** @throws ReplayStore.ChannelTakenException another node has taken over */
    void keep() {
        if (isDue() && !take()) {
            throw new ReplayStore.ChannelTakenException(hold.channel());
        }
    }

    /** @throws ReplayStore.ChannelTakenException the events are noted, and the position left to the other node */
    void done(List<String> events, String upTo) {
        store.done(hold, events, upTo);
        moved();
    }

    /** @throws ReplayStore.ChannelTakenException the position is left to the other node */
    void move(String upTo) {
        store.move(hold, upTo);
        moved();
    }

    private void moved() {
        shown = System.nanoTime();
        if (clock.instant().isAfter(tidied.plus(BETWEEN_TIDYINGS))) {
            store.tidy();
            tidied = clock.instant();
        }
    }

    void expired() {
        store.expired(hold);
    }

    /** Another node may have better luck. */
    void letGo() {
        try {
            store.letGo(hold);
        } catch (RuntimeException away) {
            LOG.debug("Salesforce {}: the lease runs out by itself: {}", hold.channel(), away);
        }
    }
}
