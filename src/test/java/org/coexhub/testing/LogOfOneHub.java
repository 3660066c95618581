package org.coexhub.testing;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/**
 * What one of several hubs in this JVM logs: what comes from the threads that began in its start, which are all in one
 * group. Other hubs write to the same output at the same time. Whoever uses this runs with those that read the output.
 */
public final class LogOfOneHub implements AutoCloseable {

    private final ThreadGroup threads = new ThreadGroup("hub");
    private final ByteArrayOutputStream own = new ByteArrayOutputStream();
    private final PrintStream all = System.out;

    public LogOfOneHub() {
        System.setOut(new Output());
    }

    /** Starts the hub whose log this is. */
    public <T> T of(Callable<T> start) throws Exception {
        var started = new FutureTask<>(start);
        new Thread(threads, started, "hub-start").start();
        return started.get();
    }

    public List<String> lines() {
        return text().lines().toList();
    }

    public String text() {
        return own.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() {
        System.setOut(all);
    }

    private final class Output extends PrintStream {

        Output() {
            super(all, true, StandardCharsets.UTF_8);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) {
            super.write(bytes, offset, length);
            if (threads.parentOf(Thread.currentThread().getThreadGroup())) {
                own.write(bytes, offset, length);
            }
        }
    }
}
