package org.coexhub.outbound.send;

import org.coexhub.event.CustomerIdentity;
import org.coexhub.event.PhoneNumberId;
import org.coexhub.event.slice.WebhookSlicer;
import org.coexhub.inbound.eventlog.JournalMarks;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.state.conversation.ConversationLookup;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.locks.LockSupport;

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

    private static final long FIRST_LOOK = Duration.ofMillis(2).toNanos();
    private static final long LONGEST_PAUSE = Duration.ofMillis(25).toNanos();

    private final JournalMarks marks;
    private final WebhookSlicer slicer;
    private final ConversationLookup conversations;

    /** Marks of commands that were put back. */
    private final Map<CommandId, Put> asked = new ConcurrentHashMap<>();

    /** When the router was last found behind in a partition. */
    private final Map<Integer, Long> behind = new ConcurrentHashMap<>();

    RouterCatchUp(JournalMarks marks, WebhookSlicer slicer, ConversationLookup conversations) {
        this.marks = marks;
        this.slicer = slicer;
        this.conversations = conversations;
    }

    /** @param at by {@link System#nanoTime}, before the marks were put */
    private record Put(List<UUID> marks, Set<Integer> partitions, long at) {

        boolean isOver() {
            return System.nanoTime() - at > LIFE;
        }
    }

    @Override
    public boolean reached(CommandId command, PhoneNumberId from, String toDigits, String bsuid) {
        Set<Integer> partitions = partitions(from, toDigits, bsuid);
        Put before = asked.remove(command);
        boolean again =
                before != null && !before.isOver() && before.partitions().containsAll(partitions);
        Put put = again ? before : put(partitions);
        boolean passed = again || isBehind(partitions) ? arePassed(put) : await(put);
        if (passed) {
            marks.remove(put.marks());
            put.partitions().forEach(behind::remove);
        } else {
            keep(command, put);
        }
        return passed;
    }

    private Put put(Set<Integer> partitions) {
        long now = System.nanoTime();
        return new Put(marks.put(partitions), partitions, now);
    }

    private boolean isBehind(Set<Integer> partitions) {
        long now = System.nanoTime();
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
        asked.values().removeIf(Put::isOver);
        asked.put(command, put);
        long now = System.nanoTime();
        put.partitions().forEach(partition -> behind.put(partition, now));
    }

    private Set<Integer> partitions(PhoneNumberId from, String toDigits, String bsuid) {
        var partitions = new TreeSet<Integer>();
        for (CustomerIdentity known : conversations.identitiesOf(from, toDigits, bsuid)) {
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
