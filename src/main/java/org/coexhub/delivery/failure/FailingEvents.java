package org.coexhub.delivery.failure;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Tells an event that one destination cannot take from a destination that takes nothing.
 *
 * <p><b>What counts against an event.</b> An attempt that failed, where since the attempt before it the destination took some
 * other event. While a receiver is dead it takes nothing, so nothing counts, however long that lasts.
 *
 * <p><b>When it is at fault.</b> After ten attempts that count, and ten minutes after the first: a
 * deployment, a restart of a part of the receiver or a spell of refusals to one customer is over by then. The last
 * attempt has to be one that counts, so that a receiver that has died meanwhile makes no dead letter.
 *
 * <p><b>When it is suspected,</b> so that others are tried beside it and its failures say nothing of the destination. After
 * five attempts that count. Where nothing tells, for it stands before all others, after a minute. At its first attempt that
 * counts, where within the last hour another was refused for a minute and then while others were taken.
 *
 * <p><b>When it is set aside before that,</b> so that others are tried beside it while its failures still count for the
 * destination. At its first failure, in such an hour, or where nothing was taken since a suspected one failed: that one waits
 * for the same word.
 *
 * <p><b>When a suspected event is tried again.</b> Once another was taken, and then every half minute, as long as others are
 * taken. Where none is, one of all that are suspected is tried after half a minute, one more, five at most, doubled each
 * time: a receiver that is down does not meet them all.
 *
 * <p>Kept in memory, by the broker's id of the message: a restart begins anew and costs ten minutes more.
 */
public final class FailingEvents {

    static final int COUNTED_ATTEMPTS = 10;
    static final Duration AT_FAULT_AFTER = Duration.ofMinutes(10);
    static final int SUSPECTED_ATTEMPTS = 5;
    static final Duration SUSPECTED_AFTER = Duration.ofMinutes(1);

    /** Between the attempts with a suspected event: others go on meanwhile. */
    static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(30);

    private static final Duration LEARNT_FOR = Duration.ofHours(1);

    private static final int MOST = 10_000;

    private final InstantSource clock;
    private final Map<String, Standing> standings =
            new LinkedHashMap<>() {
                @Override
                protected boolean removeEldestEntry(Map.Entry<String, Standing> eldest) {
                    return size() > MOST;
                }
            };
    private long taken;

    /** Failures since the destination took a delivery. */
    private int failedInRow;

    /** How many deliveries had been taken when a suspected event failed last; -1 before that. */
    private long takenAtSuspect = -1;

    /** When an event was last refused that was suspected long before, while others were taken; null before that. */
    private Instant learnt;

    /** When a suspected event was last tried without another having been taken since; null where one has been taken. */
    private Instant triedAlone;

    private Duration betweenAlone = BETWEEN_ATTEMPTS;

    /**
     * What is known of an event that failed.
     *
     * @param takenBefore how many deliveries the destination had taken when it failed last
     * @param restAfter from that failure to the next attempt, if it is suspected; null: none, whatever others meet
     * @param aside whether others are to be tried beside it; always if it is suspected
     * @param suspected whether its failure says nothing of the destination
     * @param failedInRow how many had failed without another taken, it among them, when it was suspected first
     */
    public record Standing(
            int attempts,
            int counted,
            Instant first,
            Instant last,
            long takenBefore,
            boolean aside,
            boolean suspected,
            Duration restAfter,
            int failedInRow,
            boolean atFault) {

        private Standing inherited(Duration until) {
            return new Standing(
                    attempts,
                    counted,
                    first,
                    last,
                    takenBefore,
                    true,
                    true,
                    until,
                    failedInRow,
                    false);
        }
    }

    public FailingEvents(InstantSource clock) {
        this.clock = clock;
    }

    /** The destination took a delivery. */
    public synchronized void delivered() {
        taken++;
        failedInRow = 0;
        triedAlone = null;
        betweenAlone = BETWEEN_ATTEMPTS;
    }

    /**
     * @param event the broker's id of its message; of a batch, that of its first
     * @param mayBeSuspected whether others may be tried beside it
     */
    public synchronized Standing failed(String event, boolean mayBeSuspected) {
        Instant now = clock.instant();
        failedInRow++;
        Standing before = standings.get(event);
        Standing after =
                before == null ? first(now, mayBeSuspected) : again(before, now, mayBeSuspected);
        standings.put(event, after);
        if (after.suspected) {
            takenAtSuspect = taken;
        }
        return after;
    }

    private Standing first(Instant now, boolean mayBeSuspected) {
        boolean aside = mayBeSuspected && (takenAtSuspect == taken || hasLearnt(now));
        return new Standing(1, 0, now, now, taken, aside, false, Duration.ZERO, failedInRow, false);
    }

    private Standing again(Standing before, Instant now, boolean mayBeSuspected) {
        boolean counts = taken > before.takenBefore;
        int attempts = before.attempts + 1;
        int counted = before.counted + (counts ? 1 : 0);
        Duration since = Duration.between(before.first, now);
        boolean lasts = since.compareTo(SUSPECTED_AFTER) >= 0;
        boolean suspected =
                mayBeSuspected
                        && (before.suspected
                                || counted >= SUSPECTED_ATTEMPTS
                                || attempts >= SUSPECTED_ATTEMPTS && lasts
                                || before.aside && counts && hasLearnt(now));
        if (suspected && !counts && before.restAfter != null) {
            triedAlone(now);
        }
        if (before.suspected && counts && lasts) {
            learnt = now;
        }
        return new Standing(
                attempts,
                counted,
                before.first,
                now,
                taken,
                suspected || mayBeSuspected && before.aside,
                suspected,
                before.suspected ? BETWEEN_ATTEMPTS : Duration.ZERO,
                before.suspected ? before.failedInRow : failedInRow,
                counts && counted >= COUNTED_ATTEMPTS && since.compareTo(AT_FAULT_AFTER) >= 0);
    }

    private void triedAlone(Instant now) {
        if (triedAlone != null) {
            Duration doubled = betweenAlone.multipliedBy(2);
            betweenAlone =
                    doubled.compareTo(Circuit.LONGEST_PAUSE) > 0 ? Circuit.LONGEST_PAUSE : doubled;
        }
        triedAlone = now;
    }

    private boolean hasLearnt(Instant now) {
        return learnt != null && !isOver(learnt, LEARNT_FOR, now);
    }

    /** By a clock that may have been set back since: then it is over. */
    private static boolean isOver(Instant since, Duration time, Instant now) {
        return now.isBefore(since) || !now.isBefore(since.plus(time));
    }

    /** The standing of a suspected event whose next attempt is not due; null where it may be tried. */
    public synchronized Standing notDue(String event) {
        Standing standing = standings.get(event);
        if (standing == null || !standing.suspected || standing.restAfter == null) {
            return null;
        }
        Instant now = clock.instant();
        boolean tells =
                taken > standing.takenBefore
                        || triedAlone == null
                        || isOver(triedAlone, betweenAlone, now);
        return tells && isOver(standing.last, standing.restAfter, now) ? null : standing;
    }

    /** Null for an event that has not failed. */
    public synchronized Standing of(String event) {
        return standings.get(event);
    }

    /** An event of a suspected delivery, to be tried at once with what is known of the whole. */
    public synchronized void inherit(String event, Standing whole) {
        standings.put(event, whole.inherited(null));
    }

    /** The same, to be tried as any suspected event is. */
    public synchronized void inheritResting(String event, Standing whole) {
        standings.put(event, whole.inherited(Duration.ZERO));
    }

    /** How many attempts have failed since that one was suspected, with nothing taken in between. */
    public synchronized int failedInRowSince(Standing suspected) {
        return failedInRow - suspected.failedInRow;
    }

    /** It was delivered or parked. */
    public synchronized void forget(String event) {
        standings.remove(event);
    }
}
