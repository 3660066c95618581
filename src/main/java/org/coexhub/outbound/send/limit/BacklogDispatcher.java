package org.coexhub.outbound.send.limit;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.store.NumberBacklog;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The lines in which commands wait until their number may send again, one per number, in order of acceptance,
 * rows of bulks last.
 *
 * <p>A command in line has no pointer. {@link #serve} looks which slots come free and keeps each for the next in line,
 * which then gets its pointer: exactly as many turns come up as can go out, however long the line is, and consumers are
 * free for other numbers. Several nodes may serve one line; who takes the slot and the command first has them.
 */
public final class BacklogDispatcher {

    /** A turn may find its slot so much too early; it waits that long at most. */
    static final Duration LOOK_AHEAD = Duration.ofMillis(120);

    /** How long a slot is kept for a command until its turn comes up. */
    private static final Duration KEPT = Duration.ofSeconds(5);

    private static final Duration LOOK_AT_ALL = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 200;

    private final SendSlots window;
    private final NumberBacklog line;
    private final TransactionTemplate transaction;
    private final SendQueue queue;
    private final InstantSource clock;
    private final Set<PhoneNumberId> lines = ConcurrentHashMap.newKeySet();
    private Instant lookAtAll = Instant.EPOCH;

    /** @param transaction joins the steps of one serving, for they cost a commit each otherwise */
    BacklogDispatcher(
            SendSlots window,
            NumberBacklog line,
            TransactionTemplate transaction,
            SendQueue queue,
            InstantSource clock) {
        this.window = window;
        this.line = line;
        this.transaction = transaction;
        this.queue = queue;
        this.clock = clock;
    }

    /** A slot for the command, unless none is free or others wait already. */
    Optional<Slot> take(StoredCommand command, Duration lease) {
        PhoneNumberId number = command.command().from();
        return window.take(number, command.id(), lease, lines.contains(number));
    }

    /** A command of the number has got into line. */
    void joined(PhoneNumberId number) {
        lines.add(number);
    }

    /** Calls up the next of each line, as many as can go. */
    public synchronized void serve() {
        Instant now = clock.instant();
        if (!now.isBefore(lookAtAll)) {
            lookAtAll = now.plus(LOOK_AT_ALL);
            lines.addAll(line.numbers());
        }
        for (PhoneNumberId number : List.copyOf(lines)) {
            serve(number, now);
        }
    }

    private void serve(PhoneNumberId number, Instant now) {
        List<Slot> free = window.free(number, now.plus(LOOK_AHEAD), MOST_AT_ONCE);
        if (free.isEmpty()) {
            return;
        }
        List<Pointer> next = line.next(number, free.size());
        if (next.size() < free.size()) {
            lines.remove(number);
        }
        List<Pointer> called = transaction.execute(status -> call(next, free));
        if (!called.isEmpty()) {
            queue.putFirst(called);
        }
    }

    /** Rows are locked in one order by all nodes: slots by their number, commands by their age. */
    private List<Pointer> call(List<Pointer> next, List<Slot> soonest) {
        List<Slot> free =
                soonest.stream()
                        .limit(next.size())
                        .sorted(Comparator.comparingInt(Slot::index))
                        .toList();
        var kept = new LinkedHashMap<Pointer, Slot>();
        for (int i = 0; i < next.size(); i++) {
            if (window.keep(free.get(i), next.get(i).id(), KEPT)) {
                kept.put(next.get(i), free.get(i));
            }
        }
        var pointers = new ArrayList<Pointer>();
        kept.forEach(
                (pointer, slot) -> {
                    if (line.call(pointer.id())) {
                        pointers.add(pointer);
                    } else {
                        window.giveBack(slot.heldBy(pointer.id().value()));
                    }
                });
        return pointers;
    }

    /** How many commands wait in all lines. */
    public long length() {
        return line.length();
    }
}
