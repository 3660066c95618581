package org.coexhub.eventlog;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Syncs the H2 file a few times a second. H2 hands its pages to the kernel and never asks for them to be on disk, so the
 * kernel gathers some hundred megabytes and writes them at once every half minute; acknowledgements, which wait for the
 * broker's own syncs, stood behind that for a tenth of a second and more. Little and often is not felt, and no more than
 * one period is lost with the power.
 *
 * <p>The channel stays open until the database is closed: on POSIX systems closing any channel of a file gives up every
 * lock the process holds on it, H2's own among them.
 */
final class StoreFileSync implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(StoreFileSync.class);

    /** Of a file system: two writes closer than this may bear the same time, and one of them follow the sync. */
    private static final Duration COARSEST_CLOCK = Duration.ofSeconds(2);

    private final Path file;
    private final InstantSource clock;
    private final ScheduledExecutorService timer =
            Executors.newSingleThreadScheduledExecutor(
                    task -> Thread.ofPlatform().name("store-sync").daemon().unstarted(task));

    private FileChannel channel;
    private FileTime synced;
    private volatile boolean healthy = true;

    /**
     * @param file H2's database file; need not exist yet
     */
    StoreFileSync(Path file, InstantSource clock) {
        this.file = file;
        this.clock = clock;
    }

    void start(Duration period) {
        timer.scheduleWithFixedDelay(
                this::tick, period.toNanos(), period.toNanos(), TimeUnit.NANOSECONDS);
    }

    /**
     * @return whether there was something new to sync
     */
    synchronized boolean syncIfChanged() throws IOException {
        FileTime changed;
        try {
            changed = Files.getLastModifiedTime(file);
        } catch (NoSuchFileException notYet) {
            return false;
        }
        if (changed.equals(synced)) {
            return false;
        }
        if (channel == null) {
            channel = FileChannel.open(file, StandardOpenOption.WRITE);
        }
        boolean settled = changed.toInstant().isBefore(clock.instant().minus(COARSEST_CLOCK));
        channel.force(false);
        if (settled) {
            synced = changed;
        }
        return true;
    }

    /**
     * @return whether the last sync went well
     */
    boolean healthy() {
        return healthy;
    }

    /** Commits do not depend on it, and H2 itself meets a disk that fails: one line is enough. */
    private void tick() {
        try {
            syncIfChanged();
            healthy = true;
        } catch (IOException e) {
            if (healthy) {
                LOG.warn("The database file {} cannot be synced to disk: {}", file, e.toString());
            }
            healthy = false;
        }
    }

    /** To be called when the database is closed. */
    @Override
    public void close() throws IOException {
        timer.close();
        synchronized (this) {
            if (channel != null) {
                channel.close();
            }
        }
    }
}
