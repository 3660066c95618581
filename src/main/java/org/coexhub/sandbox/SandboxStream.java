package org.coexhub.sandbox;

import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongFunction;

/**
 * Pushes the scene, and the events it lacks, to every open page after a change, at most about ten times a second, and every few seconds anyway: times
 * on the page move on, and a page that has gone is noticed.
 */
class SandboxStream {
    private static final Duration BETWEEN = Duration.ofMillis(90);
    private static final long HEARTBEAT_SECONDS = 4;

    private final LongFunction<SandboxScene.Scene> scene;

    private static final class Page {
        private final SseEmitter emitter = new SseEmitter(0L);

        /** How many events the page has been sent. */
        private long events;
    }

    private final List<Page> pages = new CopyOnWriteArrayList<>();
    private final Semaphore dirty = new Semaphore(0);
    private volatile Thread pusher;

    SandboxStream(LongFunction<SandboxScene.Scene> scene) {
        this.scene = scene;
    }

    void start() {
        pusher = Thread.ofVirtual().name("sandbox-stream").start(this::push);
    }

    void changed() {
        dirty.release();
    }

    SseEmitter open() {
        Page page = new Page();
        page.emitter.onCompletion(() -> pages.remove(page));
        page.emitter.onError(error -> pages.remove(page));
        pages.add(page);
        changed();
        return page.emitter;
    }

    private void push() {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                dirty.tryAcquire(HEARTBEAT_SECONDS, TimeUnit.SECONDS);
                dirty.drainPermits();
                pages.forEach(this::send);
                LockSupport.parkNanos(BETWEEN.toNanos());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void send(Page page) {
        try {
            SandboxScene.Scene now = scene.apply(page.events);
            page.events = now.eventsUpTo();
            page.emitter.send(SseEmitter.event().name("scene").data(now));
        } catch (IOException | IllegalStateException e) {
            pages.remove(page); // the page was closed; it opens a new stream when it comes back
        }
    }

    /** At once when the hub begins to stop: it waits for open answers, and an open page's would never end. */
    @EventListener(ContextClosedEvent.class)
    void close() {
        if (pusher != null) {
            pusher.interrupt();
        }
        pages.forEach(page -> page.emitter.complete());
    }
}
