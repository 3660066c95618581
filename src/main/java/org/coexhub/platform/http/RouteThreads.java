package org.coexhub.platform.http;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** Threads of the routes that may wait for a store or a broker: while they do, the container's threads do not. */
public final class RouteThreads implements AutoCloseable {

    private static final int THREADS = 32;
    private static final int WAITING = 256;
    private static final int IDLE_SECONDS = 30;

    private final ThreadPoolExecutor threads;

    public RouteThreads() {
        ThreadFactory named = Thread.ofPlatform().name("webhook-route-", 1).daemon().factory();
        threads =
                new ThreadPoolExecutor(
                        THREADS,
                        THREADS,
                        IDLE_SECONDS,
                        TimeUnit.SECONDS,
                        new ArrayBlockingQueue<>(WAITING),
                        named);
        threads.allowCoreThreadTimeOut(true);
    }

    /** @return false when too many wait already */
    boolean run(Runnable route) {
        try {
            threads.execute(route);
            return true;
        } catch (RejectedExecutionException full) {
            return false;
        }
    }

    @Override
    public void close() {
        threads.shutdown();
    }
}
