package org.coexhub.state.media;

import org.coexhub.platform.broker.FailureSummary;
import org.coexhub.platform.broker.PassingFailure;
import org.coexhub.state.media.store.MediaStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;

/**
 * Fetches the files of messages, some at a time, and deletes those whose retention is over. Not
 * while the disk is nearly full, and of each customer only so much on one day. What was begun by a process
 * that died is begun again when its lease is over; a file stands in the store before its row says so, and putting it
 * there twice changes nothing.
 */
public final class MediaFetcher implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(MediaFetcher.class);

    /** Meta keeps media of webhooks so long. */
    private static final Duration LIFE_AT_META = Duration.ofDays(7);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(5);
    private static final Duration LONGEST_WAIT = Duration.ofHours(1);

    /** Time enough to hand a file to the media store. */
    private static final Duration TO_STORE = Duration.ofMinutes(5);

    private static final Duration LEFT_BEHIND = Duration.ofDays(1);
    private static final int MOST_HASH_MISMATCHES = 3;

    private final MediaRowStore mediaRows;
    private final MediaStore store;
    private final MediaGraph graph;
    private final DiskLimit disk;
    private final MediaQuota quota;
    private final MediaSettings settings;
    private final Duration retention;
    private final Path workshop;
    private final InstantSource clock;
    private final Semaphore free;

    /** How many of the oldest files the last turns of tidying could not delete. */
    private int undeletable;

    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

    MediaFetcher(
            MediaRowStore mediaRows,
            MediaStore store,
            MediaGraph graph,
            DiskLimit disk,
            MediaQuota quota,
            MediaSettings settings,
            Duration retention,
            Path workshop,
            InstantSource clock) {
        this.mediaRows = mediaRows;
        this.store = store;
        this.graph = graph;
        this.disk = disk;
        this.quota = quota;
        this.settings = settings;
        this.retention = retention;
        this.workshop = workshop;
        this.clock = clock;
        this.free = new Semaphore(settings.parallel());
    }

    /** Begins what is due, as far as there is a free hand; does not wait for it. */
    public void work() {
        while (settings.fetch() && graph.hasToken() && free.tryAcquire()) {
            Optional<MediaRow> next = taken();
            if (next.isEmpty()) {
                free.release();
                return;
            }
            threads.execute(() -> workOff(next.get()));
        }
    }

    private Optional<MediaRow> taken() {
        try {
            return disk.allows() ? mediaRows.take(lease()) : Optional.empty();
        } catch (DataAccessException e) {
            LOG.warn(
                    "Media cannot be looked up, the store failed: {}",
                    e.getClass().getSimpleName());
            return Optional.empty();
        }
    }

    /** Deletes files whose retention is over, and what a killed process left half done. */
    public void tidy() {
        try {
            clearWorkshop();
        } catch (IOException e) {
            LOG.warn("What was left half done could not be deleted: {}", e.toString());
        }
        try {
            quota.forget();
            deleteOld();
        } catch (DataAccessException e) {
            LOG.warn("Old media could not be deleted: {}; it is tried again", e.toString());
        }
    }

    /** What cannot be deleted stays the oldest, so the next turn begins behind it, and the one after the last anew. */
    private void deleteOld() {
        int left = 0;
        IOException failure = null;
        List<MediaRow> old = mediaRows.storedBefore(clock.instant().minus(retention), undeletable);
        for (MediaRow row : old) {
            try {
                store.delete(row.key());
                mediaRows.expired(row);
            } catch (IOException e) {
                left++;
                failure = e;
            }
        }
        undeletable = old.size() < MediaRowStore.MOST_OLD ? 0 : undeletable + left;
        if (failure != null) {
            LOG.warn(
                    "{} old media could not be deleted: {}; it is tried again",
                    left,
                    failure.toString());
        }
    }

    private void clearWorkshop() throws IOException {
        if (!Files.isDirectory(workshop)) {
            return;
        }
        // The file system's time, not the hub's: it is the file's age that counts.
        Instant before = Instant.now().minus(LEFT_BEHIND);
        try (Stream<Path> files = Files.list(workshop)) {
            for (Path file : files.toList()) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before)) {
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void workOff(MediaRow first) {
        try {
            Optional<MediaRow> next = Optional.of(first);
            while (next.isPresent()) {
                fetch(next.get());
                next = taken();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (DataAccessException | TransactionException e) {
            LOG.warn(
                    "Media could not be noted, the store failed: {}; it is fetched again",
                    e.getClass().getSimpleName());
        } finally {
            free.release();
        }
    }

    private void fetch(MediaRow row) throws InterruptedException {
        Path file = workshop.resolve(UUID.randomUUID().toString());
        var kept = new AtomicLong();
        try {
            Files.createDirectories(workshop);
            switch (fetched(row, file, kept)) {
                case Fetched.Whole whole -> {
                    store.put(row.key(), file);
                    mediaRows.stored(row, whole.bytes(), whole.mimeType());
                }
                case Fetched.Lost lost -> lose(row, lost.reason());
                case Fetched.Later later -> postpone(row, later);
                case Fetched.PutOff put -> putOff(row);
                case Fetched.NoRoom none -> mediaRows.giveBack(row);
            }
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("Media {} could not be kept: {}; it is tried again", row.id(), e.toString());
            postpone(row, new Fetched.Later("store_failed", null));
        } catch (InterruptedException e) {
            mediaRows.later(row, Duration.ZERO, "hub_stopped");
            throw e;
        } catch (RuntimeException failure) {
            if (PassingFailure.isCauseOf(failure)) {
                throw failure;
            }
            LOG.error(
                    "Media {}: the hub failed at it: {}; it is tried again",
                    row.id(),
                    FailureSummary.of(failure));
            postpone(row, new Fetched.Later("internal_error", null));
        } finally {
            remove(file);
            disk.giveBack(kept.get());
        }
    }

    /** @param kept set to the room that is kept on the disk for the file */
    private Fetched fetched(MediaRow row, Path file, AtomicLong kept) throws InterruptedException {
        if (quota.isUsedUpFor(row)) {
            return new Fetched.PutOff();
        }
        return graph.fetch(
                row,
                file,
                size -> {
                    if (!disk.reserve(size)) {
                        return new Fetched.NoRoom();
                    }
                    kept.set(size);
                    return quota.admits(row, size) ? null : new Fetched.PutOff();
                });
    }

    private void putOff(MediaRow row) {
        if (isOver(row)) {
            lose(row, MediaRow.DAILY_QUOTA);
        } else {
            mediaRows.putOff(row, quota.nextDay());
        }
    }

    private boolean isOver(MediaRow row) {
        return row.notedAt().plus(LIFE_AT_META).isBefore(clock.instant());
    }

    private void postpone(MediaRow row, Fetched.Later later) {
        boolean spoilt =
                later.reason().equals("hash_mismatch") && row.tries() >= MOST_HASH_MISMATCHES;
        if (isOver(row) || spoilt) {
            lose(row, later.reason());
            return;
        }
        mediaRows.later(
                row, later.pause() == null ? patience(row.tries()) : later.pause(), later.reason());
    }

    /** The address of the file may just have run out, so the second try comes at once, with a fresh one. */
    private static Duration patience(int tries) {
        if (tries <= 1) {
            return Duration.ZERO;
        }
        Duration wait = FIRST_WAIT.multipliedBy(1L << Math.min(tries - 2, 10));
        return wait.compareTo(LONGEST_WAIT) > 0 ? LONGEST_WAIT : wait;
    }

    private void lose(MediaRow row, String reason) {
        LOG.warn("Media {} of number {} is lost: {}", row.id(), row.number().value(), reason);
        mediaRows.lost(row, reason);
    }

    /** Longer than any try can last. */
    private Duration lease() {
        return graph.longest().plus(TO_STORE);
    }

    private static void remove(Path file) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            LOG.warn("A temporary file stays behind: {}", e.toString());
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
