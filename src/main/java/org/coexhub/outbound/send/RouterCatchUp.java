package org.coexhub.outbound.send;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.eventlog.JournalMarks;
import org.coexhub.outbound.command.CommandId;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;

/**
 * Waits for the router before a bot speaks.
 *
 * <p><b>The race.</b> A person's reply is acknowledged to Meta once it is in the journal, and only the router makes it
 * known to the store. A bot's command whose turn comes in between would find no person there and talk over one. So the
 * turn puts marks behind everything the journal has of this customer, and goes on when the router has passed them.
 *
 * <p><b>Which partitions.</b> Webhooks go by phone number where they name one, else by business-scoped id; an echo may
 * use either, whatever the command uses. So there is a mark for each identifier that the command or the conversation
 * knows.
 *
 * <p><b>Why nobody else waits.</b> Bots and everybody else share the consumers of the send queue. A turn holds its consumer
 * for {@link #PATIENCE} only, and no longer than a look where the router was found behind in this partition a moment ago;
 * then the command is put back. When it comes again it asks for the marks it has put already, so a router that is behind
 * by no more than {@link #LIFE} lets bots speak. Marks are each command's own: those of another were put before this one's
 * turn, and an echo may lie between.
 *
 * <p><b>What is left.</b> An echo that Meta delivers after the marks were put, at most {@link #LIFE} before the message
 * goes out; whatever of the bot's comes after it is dropped.
 */
final class RouterCatchUp implements CatchUp {

    /** How long a turn holds its consumer. */
    private static final long PATIENCE = Duration.ofMillis(150).toNanos();

    /** How long a command may ask for its marks; then they say too little, and it puts new ones. */
    private static final long LIFE = Duration.ofMillis(1500).toNanos();

    /** How long marks are kept that the router has not come to; they are asked for before any new ones are put. */
    private static final long FORGOTTEN = Duration.ofMinutes(5).toNanos();

    private static final long FIRST_LOOK = Duration.ofMillis(2).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofMillis(25).toNanos();

    private final JournalMarks marks;
    private final WebhookSlicer slicer;
    private final Identities identities;
    private final LongSupplier nanos;

    /** Marks of commands that were put back. */
    private final Map<CommandId, Put> asked = new ConcurrentHashMap<>();

    /** When the router was last found behind in a partition. */
    private final Map<Integer, Long> behind = new ConcurrentHashMap<>();

    /** All that is known of a customer, by any of his identifiers. */
    @FunctionalInterface
    interface Identities {
        List<CustomerIdentity> of(PhoneNumberId from, String digits, String bsuid);
    }

    RouterCatchUp(JournalMarks marks, WebhookSlicer slicer, Identities identities) {
        this(marks, slicer, identities, System::nanoTime);
    }

    /** @param nanos as {@link System#nanoTime} */
    RouterCatchUp(
            JournalMarks marks, WebhookSlicer slicer, Identities identities, LongSupplier nanos) {
        this.nanos = nanos;
        this.marks = marks;
        this.slicer = slicer;
        this.identities = identities;
    }

    /** @param at by {@link System#nanoTime}, before the marks were put */
    private record Put(List<UUID> marks, Set<Integer> partitions, long at) {}

    private boolean isOlder(Put put, long age) {
        return nanos.getAsLong() - put.at() > age;
    }

    @Override
    public boolean reached(CommandId command, PhoneNumberId from, String toDigits, String bsuid) {
        Set<Integer> partitions = partitions(from, toDigits, bsuid);
        // Some go with a broker's disk, and those that are passed are tidied away.
        asked.computeIfPresent(command, (id, put) -> isOlder(put, FORGOTTEN) ? null : put);
        Put before = asked.get(command);
        if (before != null && before.partitions().containsAll(partitions)) {
            if (!arePassed(before)) {
                found(before);
                return false;
            }
            forget(command, before);
            if (!isOlder(before, LIFE)) {
                return true;
            }
            // The router moves, but these marks say too little by now.
        }
        Put put = put(partitions);
        boolean passed = isBehind(partitions) ? arePassed(put) : awaitOrFindBehind(put);
        if (passed) {
            marks.remove(put.marks());
        } else {
            keep(command, put);
        }
        return passed;
    }

    private boolean awaitOrFindBehind(Put put) {
        boolean passed = await(put);
        if (!passed) {
            found(put);
        }
        return passed;
    }

    /** The router has not come to these marks yet. */
    private void found(Put put) {
        long now = nanos.getAsLong();
        put.partitions().forEach(partition -> behind.put(partition, now));
    }

    private void forget(CommandId command, Put passed) {
        asked.remove(command);
        marks.remove(passed.marks());
        passed.partitions().forEach(behind::remove);
    }

    private Put put(Set<Integer> partitions) {
        long now = nanos.getAsLong();
        return new Put(marks.put(partitions), partitions, now);
    }

    private boolean isBehind(Set<Integer> partitions) {
        long now = nanos.getAsLong();
        return partitions.stream()
                .map(behind::get)
                .anyMatch(found -> found != null && now - found < LIFE);
    }

    private boolean await(Put put) {
        long end = System.nanoTime() + PATIENCE;
        long pause = FIRST_LOOK;
        while (System.nanoTime() < end && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(pause);
            pause = Math.min(pause * 2, LONGEST_PAUSE);
            if (arePassed(put)) {
                return true;
            }
        }
        return false;
    }

    private boolean arePassed(Put put) {
        return marks.arePassed(put.marks());
    }

    /** Not for ever: the command may end meanwhile, or come again on another node. */
    private void keep(CommandId command, Put put) {
        asked.values().removeIf(other -> isOlder(other, FORGOTTEN));
        asked.put(command, put);
    }

    private Set<Integer> partitions(PhoneNumberId from, String toDigits, String bsuid) {
        var partitions = new TreeSet<Integer>();
        for (CustomerIdentity known : identities.of(from, toDigits, bsuid)) {
            if (known.waId() != null) {
                partitions.add(slicer.partitionOf(from, phone(known.waId()), null));
            }
            if (known.bsuid() != null) {
                partitions.add(slicer.partitionOf(from, scoped(known.bsuid()), null));
            }
        }
        return partitions;
    }

    private static CustomerIdentity phone(String waId) {
        return new CustomerIdentity(waId, null, null, null, null);
    }

    private static CustomerIdentity scoped(String bsuid) {
        return new CustomerIdentity(null, bsuid, null, null, null);
    }
}
