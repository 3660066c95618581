package org.coexhub.outbound.send.limit;

import org.coexhub.event.PhoneNumberId;
import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.Pointer;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.StoredCommand;
import org.coexhub.outbound.command.store.NumberBacklog;
import org.springframework.transaction.support.TransactionTemplate;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls up the commands that wait until their number may send again: each number's backlog in order of acceptance, rows
 * of bulks last.
 *
 * <p>A waiting command has no pointer. {@link #serve} looks which slots come free and keeps each for the next command,
 * which then gets its pointer: exactly as many turns come up as can go out, however long the backlog is, and consumers are
 * free for other numbers. Several nodes may serve one backlog; who takes the slot and the command first has them.
 */
public final class BacklogDispatcher {

    /** How long a slot is kept for a command until its turn comes up. */
    private static final Duration KEPT = Duration.ofSeconds(5);

    private static final Duration LOOK_AT_ALL = Duration.ofSeconds(5);
    private static final int MOST_AT_ONCE = 200;

    private final SendSlots slots;
    private final NumberBacklog backlog;
    private final TransactionTemplate transaction;
    private final SendQueue queue;
    private final InstantSource clock;
    private final Set<PhoneNumberId> waiting = ConcurrentHashMap.newKeySet();
    private Instant lookAtAll = Instant.EPOCH;

    /** @param transaction joins the steps of one serving, for they cost a commit each otherwise */
    BacklogDispatcher(
            SendSlots slots,
            NumberBacklog backlog,
            TransactionTemplate transaction,
            SendQueue queue,
            InstantSource clock) {
        this.slots = slots;
        this.backlog = backlog;
        this.transaction = transaction;
        this.queue = queue;
        this.clock = clock;
    }

    /** A slot for each of the commands, unless none is free or others wait already. */
    Map<CommandId, Slot> take(List<StoredCommand> commands, Duration lease) {
        return slots.take(
                commands.stream()
                        .map(
                                command ->
                                        new SendSlots.Wanted(
                                                command.command().from(),
                                                command.id(),
                                                waiting.contains(command.command().from())))
                        .toList(),
                lease);
    }

    /** A command of the number has joined its backlog. */
    void joined(PhoneNumberId number) {
        waiting.add(number);
    }

    /** Calls up the next commands of each backlog, as many as can go. */
    public synchronized void serve() {
        Instant now = clock.instant();
        if (!now.isBefore(lookAtAll)) {
            lookAtAll = now.plus(LOOK_AT_ALL);
            waiting.addAll(backlog.numbers());
        }
        for (PhoneNumberId number : List.copyOf(waiting)) {
            serve(number, now);
        }
    }

    private void serve(PhoneNumberId number, Instant now) {
        List<Slot> free = slots.free(number, now.plus(SendSlots.LOOK_AHEAD), MOST_AT_ONCE);
        if (free.isEmpty()) {
            return;
        }
        List<Pointer> next = backlog.next(number, free.size());
        if (next.size() < free.size()) {
            waiting.remove(number);
        }
        List<Pointer> called = transaction.execute(status -> call(next, free));
        if (!called.isEmpty()) {
            queue.putFirst(called);
        }
    }

    /** Rows are locked in one order by all nodes: slots by their number, commands by their age. */
    private List<Pointer> call(List<Pointer> next, List<Slot> soonest) {
        Map<CommandId, Slot> wanted = new LinkedHashMap<>();
        for (int i = 0; i < next.size(); i++) {
            wanted.put(next.get(i).id(), soonest.get(i));
        }
        Map<CommandId, Slot> kept = slots.keep(wanted, KEPT);
        Set<CommandId> called = backlog.call(kept.keySet());
        kept.forEach(
                (command, slot) -> {
                    if (!called.contains(command)) {
                        slots.giveBack(slot);
                    }
                });
        return next.stream().filter(pointer -> called.contains(pointer.id())).toList();
    }

    /** How many commands wait in all backlogs. */
    public long length() {
        return backlog.length();
    }
}
