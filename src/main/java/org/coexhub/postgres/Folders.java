package org.coexhub.postgres;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.stream.Stream;

/** Deletes, syncs and puts in place folders with all that is in them. */
final class Folders {

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

    /** Brings a file, or a folder and all below it, to the disk. */
    static void sync(Path path) throws IOException {
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.toList()) {
                syncOne(each);
            }
        }
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
