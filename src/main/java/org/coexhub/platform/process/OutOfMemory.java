package org.coexhub.platform.process;

import org.slf4j.LoggerFactory;

/**
 * Ends the process when it has no memory left. Whatever allocated at that moment may have stopped half way, on any
 * thread and in any library, so nothing that is still running can be trusted; a new process finds everything in store
 * and broker as it was committed. The JVM's option {@code ExitOnOutOfMemoryError} does the same where it is set, but
 * not for memory outside the heap.
 */
public final class OutOfMemory {

    /** As the JVM's option has it. */
    static final int STATUS = 3;

    private OutOfMemory() {}

    /** To be called wherever an {@link Error} is caught and work goes on. Does not return if this is it. */
    public static void endIfCauseOf(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof OutOfMemoryError) {
                end(t);
            }
        }
    }

    /** For threads that end by it, which otherwise only that thread would do. */
    public static void endWhereNobodyCatches() {
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, failure) -> {
                    endIfCauseOf(failure);
                    LoggerFactory.getLogger(OutOfMemory.class)
                            .error("Thread {} ended", thread.getName(), failure);
                });
    }

    /** Not by the log, which may want memory or wait for a lock; and without the hooks of an orderly end, which would. */
    private static void end(Throwable outOfMemory) {
        try {
            System.err.println(
                    "The hub ends, its memory is exhausted: " + outOfMemory.getMessage());
        } finally {
            Runtime.getRuntime().halt(STATUS);
        }
    }
}
