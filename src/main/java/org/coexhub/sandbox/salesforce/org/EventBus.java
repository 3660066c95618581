package org.coexhub.sandbox.salesforce.org;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * Platform events in the order of their publishing, kept for 72 hours. A replay id is a position on the bus; positions are not
 * contiguous, and some belong to no event: the bus moves on while nobody publishes, so that whoever listens holds a young id.
 */
public final class EventBus {
    public static final Duration RETENTION = Duration.ofHours(72);
    private static final Duration TIP_MOVES = Duration.ofHours(1);
    private static final long FIRST = 3670;

    private final InstantSource clock;
    private final TreeMap<Long, BusEvent> events = new TreeMap<>();
    private final TreeMap<Long, Instant> positions = new TreeMap<>();
    private final List<BusEvent> everPublished = new ArrayList<>();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();

    EventBus(InstantSource clock) {
        this.clock = clock;
        positions.put(FIRST, clock.instant());
    }

    BusEvent publish(String object, String by, Map<String, Object> fields) {
        BusEvent event;
        synchronized (this) {
            Instant now = clock.instant();
            long replay = next(now);
            event = new BusEvent(object, UUID.randomUUID().toString(), replay, now, by, fields);
            events.put(replay, event);
            everPublished.add(event);
        }
        listeners.forEach(Runnable::run);
        return event;
    }

    /** The next events of this object after a position, oldest first. */
    public synchronized List<BusEvent> after(String object, long position, int atMost) {
        forget();
        return events.tailMap(position, false).values().stream()
                .filter(event -> event.object().equals(object))
                .limit(atMost)
                .toList();
    }

    /** The newest position. */
    public synchronized long tip() {
        Instant now = clock.instant();
        if (positions.lastEntry().getValue().plus(TIP_MOVES).isBefore(now)) {
            next(now);
        }
        return positions.lastKey();
    }

    /** The newest position, unless an event of this object lies after the given one. */
    public synchronized OptionalLong tipUnlessAfter(String object, long position) {
        return after(object, position, 1).isEmpty() ? OptionalLong.of(tip()) : OptionalLong.empty();
    }

    /** Whether a subscription may start after this position: it was given out, and not longer ago than events are kept. */
    public synchronized boolean holds(long position) {
        tip();
        forget();
        return positions.containsKey(position);
    }

    public synchronized List<BusEvent> everPublished() {
        return List.copyOf(everPublished);
    }

    /** Called after every publishing, on the thread of the publisher. */
    public void onPublish(Runnable listener) {
        listeners.add(listener);
    }

    private long next(Instant now) {
        long last = positions.lastKey();
        long replay = last + 1 + (last % 7 == 0 ? 3 : 0);
        positions.put(replay, now);
        return replay;
    }

    private void forget() {
        Instant oldest = clock.instant().minus(RETENTION);
        events.values().removeIf(event -> event.at().isBefore(oldest));
        positions.headMap(positions.lastKey()).values().removeIf(at -> at.isBefore(oldest));
    }
}
