package org.coexhub.outbound.command;

import org.coexhub.platform.process.OutOfMemory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Runs queued items in batches on one background thread: one commit for all that have come together, while nobody
 * waits. What gets lost with the process, or finds no room, has to be found and done by somebody else; here that is the
 * sweeper.
 *
 * @param <T> what is to be done
 */
public final class MicroBatcher<T> implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MicroBatcher.class);
    private static final int MOST_AT_ONCE = 250;
    private static final int ROOM = 20_000;
    private static final Duration LOOK = Duration.ofMillis(100);
    private static final Duration END = Duration.ofSeconds(5);

    private final BlockingQueue<T> waiting = new LinkedBlockingQueue<>(ROOM);
    private final Consumer<List<T>> work;
    private final Duration linger;
    private final Thread thread;
    private volatile boolean open = true;

    /**
     * @param name of the thread
     * @param linger how long to wait for more before the work begins
     */
    public MicroBatcher(String name, Duration linger, Consumer<List<T>> work) {
        this.work = work;
        this.linger = linger;
        this.thread = Thread.ofPlatform().name(name).daemon().start(this::run);
    }

    /** Returns at once. */
    public void add(T next) {
        waiting.offer(next);
    }

    private void run() {
        while (open || !waiting.isEmpty()) {
            try {
                T first = waiting.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS);
                if (first == null) {
                    continue;
                }
                var together = new ArrayList<T>(List.of(first));
                if (open) {
                    LockSupport.parkNanos(linger.toNanos());
                }
                waiting.drainTo(together, MOST_AT_ONCE - 1);
                work.accept(together);
            } catch (InterruptedException end) {
                return;
            } catch (RuntimeException | Error e) {
                OutOfMemory.endIfCauseOf(e);
                LOG.warn("{}: left to the sweeper: {}", thread.getName(), e.getMessage());
            }
        }
    }

    /**
     * Does what is left, if that does not take long. Not by an interrupt: one that meets the embedded database in its
     * file would close that file under everybody.
     */
    @Override
    public void close() {
        open = false;
        try {
            thread.join(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
