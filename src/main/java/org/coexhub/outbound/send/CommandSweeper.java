package org.coexhub.outbound.send;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;

import org.coexhub.outbound.command.CommandState;
import org.coexhub.outbound.command.SendQueue;
import org.coexhub.outbound.command.store.CommandSchedule;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Does the periodic work on commands: puts the pointers of due ones (again), publishes outcomes that are late, forgets
 * old keys.
 */
public final class CommandSweeper {

    private static final List<CommandState> OPEN =
            List.of(
                    CommandState.ACCEPTED,
                    CommandState.HELD,
                    CommandState.QUEUED,
                    CommandState.SENDING,
                    CommandState.UNRESOLVED);

    /** Each end wakes one, and is followed by a look. */
    private static final int WOKEN_TOGETHER = 20;

    private static final Duration TIDY_EVERY = Duration.ofSeconds(15);

    private final CommandSchedule schedule;
    private final NumberSuspensions suspensions;
    private final SuspensionAlert alert;
    private final SendQueue queue;
    private final OutcomeEvents events;
    private final SendSettings settings;
    private final EndedProcesses ended;
    private final InstantSource clock;
    private final Map<CommandState, AtomicLong> counts = new EnumMap<>(CommandState.class);
    private Instant tidied = Instant.EPOCH;
    private boolean lookedAtInterrupted;

    CommandSweeper(
            CommandSchedule schedule,
            NumberSuspensions suspensions,
            SuspensionAlert alert,
            SendQueue queue,
            OutcomeEvents events,
            SendSettings settings,
            EndedProcesses ended,
            InstantSource clock,
            MeterRegistry meters) {
        this.schedule = schedule;
        this.suspensions = suspensions;
        this.alert = alert;
        this.queue = queue;
        this.events = events;
        this.settings = settings;
        this.ended = ended;
        this.clock = clock;
        for (CommandState state : OPEN) {
            AtomicLong count = new AtomicLong();
            counts.put(state, count);
            Gauge.builder("hub.commands", count, AtomicLong::get)
                    .description("Commands by state, as far as they are not at an end")
                    .tag("state", state.wireName())
                    .register(meters);
        }
    }

    public synchronized void sweep() {
        Instant now = clock.instant();
        List<NumberSuspensions.Suspension> suspendedNumbers = suspensions.all();
        alert.tell(suspendedNumbers);
        alert.tellEnds();
        for (NumberSuspensions.Suspension suspended : suspendedNumbers) {
            if (!suspended.nextProbe().isAfter(now)) {
                schedule.wakeProbe(suspended.number());
            }
        }
        wakeInterrupted();
        schedule.enqueueDue(queue, settings.sweepBatch());
        schedule.tellUntold(settings.sweepBatch(), events::publish);
        if (!now.isBefore(tidied.plus(TIDY_EVERY))) {
            tidied = now;
            schedule.tidy(settings.keyLife());
            Map<CommandState, Long> open = schedule.countOpen();
            counts.forEach((state, count) -> count.set(open.getOrDefault(state, 0L)));
        }
    }

    /** What an earlier process was sending when it ended is looked at now, and not when its lease is over. */
    private void wakeInterrupted() {
        if (!lookedAtInterrupted && ended.areKnown()) {
            schedule.wakeSending(ended.before());
        }
        lookedAtInterrupted = true;
    }

    /** Commands that were behind one of the same recipient which has just ended do not wait for the next sweep. */
    public void passOn() {
        schedule.enqueueWoken(queue, WOKEN_TOGETHER);
    }
}
