package org.coexhub.api;

import org.coexhub.inbound.eventlog.EventFeed;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.LockSupport;

/** Endpoint for the event log as a feed. */
@RestController
class EventController {

    private static final int MOST_EVENTS = 1000;
    private static final int MOST_SECONDS = 60;
    private static final byte[] BEGIN = "{\"events\":[".getBytes(StandardCharsets.US_ASCII);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

    /** Waiting readers hold a thread each; the rest of the API must not run out of them. */
    private final Semaphore waiting = new Semaphore(32);

    private final EventFeed feed;
    private volatile boolean stopping;

    EventController(EventFeed feed) {
        this.feed = feed;
    }

    /** The hub waits for open answers when it stops; whoever waits for news is told that there are none. */
    @EventListener(ContextClosedEvent.class)
    void stop() {
        stopping = true;
    }

    @GetMapping("/api/v1/events")
    ResponseEntity<byte[]> events(
            @RequestParam(defaultValue = "") String after,
            @RequestParam(defaultValue = "100") int limit,
            @RequestParam(defaultValue = "") String type,
            @RequestParam(defaultValue = "") String conversation,
            @RequestParam(defaultValue = "") String number,
            @RequestParam(defaultValue = "0") int wait) {
        if (limit < 1 || limit > MOST_EVENTS) {
            throw new IllegalArgumentException(
                    "limit has to be from 1 to " + MOST_EVENTS + ", was " + limit);
        }
        var position = after.isEmpty() ? EventFeed.Position.START : position(after);
        var filter = new EventFeed.Filter(type, conversation, number);
        EventFeed.Page page = feed.read(position, limit, filter);
        if (page.events().isEmpty() && !page.more() && wait > 0 && waiting.tryAcquire()) {
            try {
                page = await(page.next(), limit, filter, Math.min(wait, MOST_SECONDS));
            } finally {
                waiting.release();
            }
        }
        return ResponseEntity.ok().contentType(MediaType.APPLICATION_JSON).body(json(page));
    }

    private EventFeed.Page await(
            EventFeed.Position after, int limit, EventFeed.Filter filter, int seconds) {
        long deadline = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        EventFeed.Page page = new EventFeed.Page(java.util.List.of(), after, false);
        while (page.events().isEmpty()
                && !page.more()
                && !stopping
                && System.nanoTime() < deadline
                && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(LOOK_AGAIN.toNanos());
            page = feed.read(page.next(), limit, filter);
        }
        return page;
    }

    private static EventFeed.Position position(String after) {
        try {
            return EventFeed.Position.parse(after);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "after has to be the next of an earlier answer, or left out to begin with the"
                            + " oldest event");
        }
    }

    private static byte[] json(EventFeed.Page page) {
        String end = "],\"next\":\"" + page.next() + (page.more() ? "\",\"more\":true}" : "\"}");
        int size = page.events().stream().mapToInt(event -> event.length + 1).sum();
        ByteBuffer out = ByteBuffer.allocate(BEGIN.length + Math.max(0, size - 1) + end.length());
        out.put(BEGIN);
        boolean first = true;
        for (byte[] event : page.events()) {
            if (!first) {
                out.put((byte) ',');
            }
            out.put(event);
            first = false;
        }
        return out.put(end.getBytes(StandardCharsets.US_ASCII)).array();
    }
}
