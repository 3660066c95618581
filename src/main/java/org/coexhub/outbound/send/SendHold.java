package org.coexhub.outbound.send;

import org.coexhub.outbound.command.CommandId;
import org.coexhub.outbound.command.store.CommandSchedule;
import org.coexhub.outbound.command.store.CommandStore;
import org.coexhub.platform.backup.RestoredMark;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * The hold on all sending after a backup was restored or an export imported, until a person releases it. The hub that the backup is of has gone
 * on after it, and what this one would send may have been sent long ago; only a person knows. Commands are accepted and
 * wait, whoever hands them in. The hold lies in the data directory and outlasts restarts.
 */
public final class SendHold {

    private static final Logger LOG = LoggerFactory.getLogger(SendHold.class);

    private static final int AT_ONCE = 500;

    private final Path data;
    private final CommandSchedule schedule;
    private final CommandStore store;
    private final WaitingCommands waiting;
    private volatile Optional<RestoredMark> mark;

    SendHold(Path data, CommandSchedule schedule, CommandStore store, WaitingCommands waiting)
            throws IOException {
        this.data = data;
        this.schedule = schedule;
        this.store = store;
        this.waiting = waiting;
        this.mark = RestoredMark.in(data);
        if (mark.isPresent()) {
            LOG.warn(
                    "A backup or export of {} was restored at {}: nothing is sent until somebody"
                            + " releases it, see GET /api/v1/sending",
                    mark.get().state(),
                    mark.get().restored());
        }
    }

    public boolean isOn() {
        return mark.isPresent();
    }

    /** The restore that is the reason; empty when commands go out. */
    public Optional<RestoredMark> reason() {
        return mark;
    }

    /** Commands that would go out at once. */
    public WaitingCommands.Total waiting() {
        return waiting.total();
    }

    /** @return the oldest of them */
    public List<WaitingCommands.Row> oldest(int limit) {
        return waiting.oldest(limit);
    }

    /** Lets commands go out, those that wait and those to come. Does nothing where they do. */
    public synchronized void release() {
        Optional<RestoredMark> before = mark;
        if (before.isEmpty()) {
            return;
        }
        try {
            mark = Optional.empty();
            schedule.wakeReleased();
            // Last: after a crash before this the hold is on again, and releasing it wakes those
            // that are left.
            RestoredMark.remove(data);
        } catch (IOException e) {
            mark = before;
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            mark = before;
            throw e;
        }
        LOG.warn("Sending was released; commands that waited since the restore go out");
    }

    /**
     * Takes back commands that wait, while the hold is on. Those that wait for a time that is to come stay.
     *
     * @param until the latest acceptance of those that are meant
     * @return how many were taken back
     */
    public synchronized int cancel(Instant until) {
        int cancelled = 0;
        List<CommandId> next = isOn() ? waiting.notSent(until, AT_ONCE) : List.of();
        while (!next.isEmpty()) {
            for (CommandId id : next) {
                if (store.cancel(id)) {
                    cancelled++;
                }
            }
            next = waiting.notSent(until, AT_ONCE);
        }
        return cancelled;
    }

    /** Commands whose hold ended between the question and the parking, which nobody else would wake. */
    void wakeIfReleasedMeanwhile() {
        if (!isOn()) {
            schedule.wakeReleased();
        }
    }
}
