package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The hub's own database while no hub uses it and no server runs: nobody starts either until this is closed. A server that
 * a killed hub has left behind is stopped.
 */
public final class ServerAtRest implements AutoCloseable {

    private final FileLock lock;

    private ServerAtRest(FileLock lock) {
        this.lock = lock;
    }

    /**
     * @param folder of the server
     * @return empty if a hub uses it
     */
    public static Optional<ServerAtRest> in(Path folder) throws IOException {
        FileLock lock;
        try {
            lock = PostgresServer.lock(folder);
        } catch (PostgresUnavailableException used) {
            return Optional.empty();
        }
        try {
            if (Postmaster.of(folder.resolve(ClusterFiles.CLUSTER))
                    .filter(Postmaster::runs)
                    .isPresent()) {
                stop(folder);
            }
            return Optional.of(new ServerAtRest(lock));
        } catch (IOException | RuntimeException e) {
            lock.channel().close();
            throw e;
        }
    }

    /** Whether no hub uses the server at this moment. */
    public static boolean isFree(Path folder) throws IOException {
        try {
            PostgresServer.lock(folder).channel().close();
            return true;
        } catch (PostgresUnavailableException used) {
            return false;
        }
    }

    private static void stop(Path folder) throws IOException {
        PostgresFiles files = PostgresFiles.in(folder);
        NotAsRoot user = NotAsRoot.forThisMachine(files.program("postgres"));
        PostgresServer.stop(folder, files, user, "fast");
    }

    /** To be looked through by the next start, as after an end that was not clean. */
    public static void markUnchecked(Path folder) throws IOException {
        Files.writeString(folder.resolve(PostgresServer.UNCHECKED), "");
    }

    @Override
    public void close() throws IOException {
        lock.channel().close();
    }
}
