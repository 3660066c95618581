package org.coexhub.platform.http;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.LongSupplier;

/**
 * The memory that requests take until it is known who sent them: one bound over all connections.
 *
 * <p><b>Who has to go.</b> Whoever takes memory is given it; where that is too much in total, others are cut until it
 * fits. Large and small requests have a share each that the other kind cannot take, so that neither many small ones nor a
 * few large ones shut the other kind out. In the kind that is past its share, the one that has held most for longest goes
 * first. A caller that is verified holds its memory for the time its bytes travel, so it is cut last; a stranger is rid of
 * what it hoards by hoarding it.
 *
 * <p>A request whose body came with its head is never counted here: it holds nothing while it waits, for it does not wait.
 */
public final class UnverifiedBytes {

    /** What the container keeps for each request that waits: its buffers for reading and writing. */
    static final long REQUEST_BYTES = 64 * 1024;

    /** Up to here a request counts as small: nearly every webhook of one message is. */
    static final long SMALL_BYTES = REQUEST_BYTES + 64 * 1024;

    private final long most;
    private final long shareOfSmall;
    private final LongSupplier nanos;
    private final Set<Holding> holdings = new HashSet<>();
    private long small;
    private long large;

    /** @param most bytes in total; a quarter of them is the share of small requests */
    public UnverifiedBytes(long most) {
        this(most, System::nanoTime);
    }

    UnverifiedBytes(long most, LongSupplier nanos) {
        this.most = most;
        this.shareOfSmall = most / 4;
        this.nanos = nanos;
    }

    /** A request that begins to wait. {@code cut} is called at most once, from any thread. */
    Holding begin(Runnable cut) {
        var holding = new Holding(cut);
        synchronized (this) {
            holdings.add(holding);
        }
        holding.take(REQUEST_BYTES);
        return holding;
    }

    public synchronized long total() {
        return small + large;
    }

    private synchronized List<Holding> account(Holding holding, long more) {
        if (!holdings.contains(holding)) {
            return List.of();
        }
        count(holding, -1);
        holding.bytes += more;
        count(holding, 1);
        var cut = new ArrayList<Holding>();
        while (small + large > most) {
            Holding worst = worst(small <= shareOfSmall);
            forget(worst);
            cut.add(worst);
        }
        return cut;
    }

    private synchronized void forget(Holding holding) {
        if (holdings.remove(holding)) {
            count(holding, -1);
        }
    }

    private void count(Holding holding, int sign) {
        if (holding.isLarge()) {
            large += sign * holding.bytes;
        } else {
            small += sign * holding.bytes;
        }
    }

    private Holding worst(boolean ofLarge) {
        long now = nanos.getAsLong();
        Holding worst = null;
        double worstHoarding = -1;
        for (Holding holding : holdings) {
            double hoarding = (double) holding.bytes * (now - holding.since + 1);
            if (holding.isLarge() == ofLarge && hoarding > worstHoarding) {
                worst = holding;
                worstHoarding = hoarding;
            }
        }
        return worst;
    }

    /** What one request takes. */
    final class Holding {

        private final Runnable cut;
        private final long since = nanos.getAsLong();
        private long bytes;

        private Holding(Runnable cut) {
            this.cut = cut;
        }

        /** May cut others, and this one. */
        void take(long more) {
            account(this, more).forEach(holding -> holding.cut.run());
        }

        void end() {
            forget(this);
        }

        private boolean isLarge() {
            return bytes > SMALL_BYTES;
        }
    }
}
