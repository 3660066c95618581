package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Deletes, syncs and puts in place folders with all that is in them. */
final class Folders {

    private static final int SYNCS_AT_ONCE = 16;
    private static final boolean WINDOWS = System.getProperty("os.name").startsWith("Windows");

    private Folders() {}

    /** Does nothing if there is none. */
    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    /**
     * Gives a folder its name once it is whole: all of it or nothing, also after a power cut. What is in it is on the disk
     * before the name is, and the name before this returns.
     */
    static void putInPlace(Path half, Path whole) throws IOException {
        sync(half);
        Files.move(half, whole, StandardCopyOption.ATOMIC_MOVE);
        syncOne(whole.getParent());
    }

    /**
     * Brings a file, or a folder and all below it, to the disk. A thousand small files one after the other wait for the disk
     * a thousand times; side by side most of them share a write of the file system's journal.
     */
    static void sync(Path path) throws IOException {
        List<Path> paths;
        try (Stream<Path> all = Files.walk(path)) {
            paths = all.toList();
        }
        try (var threads = Executors.newFixedThreadPool(Math.min(SYNCS_AT_ONCE, paths.size()))) {
            List<Callable<Void>> syncs = paths.stream().map(Folders::syncing).toList();
            for (Future<Void> each : threads.invokeAll(syncs)) {
                each.get();
            }
        } catch (ExecutionException e) {
            throw new IOException(path + " cannot be synced: " + e.getCause(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private static Callable<Void> syncing(Path path) {
        return () -> {
            syncOne(path);
            return null;
        };
    }

    private static void syncOne(Path path) throws IOException {
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (folder && WINDOWS || Files.isSymbolicLink(path)) {
            // A folder cannot be opened there; a link is part of its folder.
            return;
        }
        try (FileChannel channel =
                FileChannel.open(
                        path, folder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
