package org.coexhub.platform.postgres;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** A start of the server on a thread of its own: unpacking and making a cluster take as long as the rest of a first start. */
public final class PostgresStart {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresStart.class);

    private final FutureTask<PostgresServer> start;
    private boolean taken;

    private PostgresStart(FutureTask<PostgresServer> start) {
        this.start = start;
    }

    /** Begins one; the arguments are those of {@link PostgresServer#start}. */
    public static PostgresStart begin(Path folder, int connections) {
        var start = new FutureTask<>(() -> PostgresServer.start(folder, connections));
        var thread = new Thread(start, "postgres-start");
        thread.setDaemon(true);
        thread.start();
        return new PostgresStart(start);
    }

    /**
     * Waits for the server, which is the caller's from then on.
     *
     * @throws PostgresUnavailableException as {@link PostgresServer#start} does
     */
    public synchronized PostgresServer server() {
        taken = true;
        try {
            return start.get();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PostgresUnavailableException unavailable) {
                throw unavailable;
            }
            throw new PostgresUnavailableException(
                    "The hub's own database cannot be started: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PostgresUnavailableException("interrupted while the database starts", e);
        }
    }

    /** Stops a server that nobody took, because something else kept the hub from starting. */
    public synchronized void abandon() {
        if (taken) {
            return;
        }
        try {
            server().close();
        } catch (PostgresUnavailableException alsoFailed) {
            LOG.warn("{}", alsoFailed.getMessage());
        }
    }
}
