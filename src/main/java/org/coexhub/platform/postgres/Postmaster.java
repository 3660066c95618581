package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * A running server process, as it stands in the {@code postmaster.pid} of its cluster.
 *
 * @param pid its process
 * @param started to the second
 * @param port where it listens on the loopback address
 */
record Postmaster(long pid, Instant started, int port) {

    private static final int LINES = 6;

    /** The highest number that Linux gives to a process, in practice never. */
    private static final long NOBODY = 4_194_303;

    /** Between the start of the process and the writing of its file. */
    private static final Duration TOLERANCE = Duration.ofSeconds(5);

    private static final Duration LOOK = Duration.ofMillis(5);

    /** The server that the cluster's file names, whether it still runs or not. */
    static Optional<Postmaster> of(Path cluster) throws IOException {
        try {
            List<String> lines = Files.readAllLines(cluster.resolve("postmaster.pid"));
            return lines.size() < LINES
                    ? Optional.empty()
                    : Optional.of(
                            new Postmaster(
                                    Long.parseLong(lines.get(0).strip()),
                                    Instant.ofEpochSecond(Long.parseLong(lines.get(2).strip())),
                                    Integer.parseInt(lines.get(3).strip())));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (NumberFormatException beingWritten) {
            return Optional.empty();
        }
    }

    /** The process is there and no other that got its number later. */
    boolean runs() {
        return ProcessHandle.of(pid)
                .filter(ProcessHandle::isAlive)
                .filter(process -> !isDefunct())
                .filter(
                        process ->
                                process.info()
                                        .startInstant()
                                        .map(began -> !began.isAfter(started.plus(TOLERANCE)))
                                        .orElse(true))
                .isPresent();
    }

    /** Waits until the process is gone. */
    boolean endsWithin(Duration patience) {
        long began = System.nanoTime();
        while (runs() && System.nanoTime() - began < patience.toNanos()) {
            LockSupport.parkNanos(LOOK.toNanos());
        }
        return !runs();
    }

    /**
     * To be done before a start. PostgreSQL looks by itself whether processes of a server that died are still at the
     * cluster, for which it needs its file; but if another process has got the dead one's number since, it takes that for a
     * server, and does not start.
     */
    static void forgetNumberOfTheDead(Path cluster) throws IOException {
        Path file = cluster.resolve("postmaster.pid");
        Optional<Postmaster> dead = of(cluster).filter(server -> !server.runs());
        if (dead.isPresent() && ProcessHandle.of(dead.get().pid).isPresent()) {
            List<String> lines = new ArrayList<>(Files.readAllLines(file));
            lines.set(0, Long.toString(NOBODY));
            Files.write(file, lines);
        }
    }

    /** Dead, and its parent has not asked how it ended: where the hub is a container's first process, nobody does. */
    private boolean isDefunct() {
        try {
            String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
            return stat.substring(stat.lastIndexOf(')') + 1).strip().startsWith("Z");
        } catch (IOException noSuchSystem) {
            return false;
        }
    }
}
