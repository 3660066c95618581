package org.coexhub.platform.backup;

import org.coexhub.platform.postgres.PostgresServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A backup that is being written: into {@code <folder>.partial}, which gets its name when all of it and its manifest are on
 * disk, so that half a backup is never taken for one.
 */
final class BackupFolder {

    /** Below the backup's folder, what the data directory has. */
    static final String DATA = "data";

    private static final String PARTIAL = ".partial";

    /** Of a read that another one must confirm. */
    private static final int MOST_READS = 20;

    private final Path folder;
    private final Path partial;
    private final List<BackupManifest.Entry> files = new ArrayList<>();
    private final TreeSet<String> folders = new TreeSet<>();

    private BackupFolder(Path folder) {
        this.folder = folder;
        this.partial = folder.resolveSibling(folder.getFileName() + PARTIAL);
    }

    /**
     * @param folder where the backup will be; new, or empty
     * @throws BackupException it is neither, or cannot be made
     */
    static BackupFolder begin(Path folder) throws IOException {
        var backup = new BackupFolder(folder.toAbsolutePath().normalize());
        refuse(backup.folder);
        refuse(backup.partial);
        Files.createDirectories(backup.partial.resolve(DATA));
        DurableFiles.makePrivate(backup.partial);
        return backup;
    }

    private static void refuse(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (Files.isDirectory(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw new BackupException(
                "%s is not empty%s; give a new folder, or move this one away"
                        .formatted(
                                folder,
                                folder.toString().endsWith(PARTIAL)
                                        ? " (what a backup that did not end has left)"
                                        : ""));
    }

    void folder(String name) throws IOException {
        Files.createDirectories(place(name));
        folders.add(name);
    }

    /**
     * Copies a file that the backup cannot do without.
     *
     * @throws NoSuchFileException it is gone
     */
    void file(String name, Path source, long most) throws IOException {
        note(name, DurableFiles.copy(source, parentOf(name), most));
    }

    /** Copies a file, unless it is gone. */
    void fileIfThere(String name, Path source) throws IOException {
        try {
            file(name, source, Long.MAX_VALUE);
        } catch (NoSuchFileException gone) {
            // Deleted since it was listed: whoever did that does not need it, in a copy either.
        }
    }

    /** Copies a small file that is written in place: what two reads agree on was not half written. */
    void rewrittenFile(String name, Path source) throws IOException {
        byte[] before = Files.readAllBytes(source);
        for (int read = 0; read < MOST_READS; read++) {
            byte[] again = Files.readAllBytes(source);
            if (Arrays.equals(before, again)) {
                file(name, again);
                return;
            }
            before = again;
        }
        throw new BackupException(source + " changes all the time; try again");
    }

    void file(String name, byte[] content) throws IOException {
        DurableFiles.write(parentOf(name), content);
        note(name, new DurableFiles.Copied(content.length, DurableFiles.sha256(content)));
    }

    private void note(String name, DurableFiles.Copied copied) {
        files.add(new BackupManifest.Entry(name, copied.bytes(), copied.sha256()));
    }

    private Path parentOf(String name) throws IOException {
        Path file = place(name);
        Files.createDirectories(file.getParent());
        return file;
    }

    private Path place(String name) {
        return partial.resolve(DATA).resolve(name);
    }

    /** @param state the moment that is kept */
    BackupManifest end(Instant state) throws IOException {
        var manifest =
                new BackupManifest(
                        BackupManifest.FORMAT,
                        BackupManifest.versionOfThisHub(),
                        PostgresServer.version(),
                        state,
                        List.copyOf(folders),
                        List.copyOf(files));
        syncFolders();
        DurableFiles.write(partial.resolve(BackupManifest.NAME), manifest.json());
        DurableFiles.sync(partial);
        Files.deleteIfExists(folder);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(folder.getParent());
        return manifest;
    }

    private void syncFolders() throws IOException {
        try (Stream<Path> all = Files.walk(partial)) {
            for (Path each : all.filter(Files::isDirectory).toList()) {
                DurableFiles.sync(each);
            }
        }
    }

    /** Deletes what there is of a backup that failed. */
    void giveUp() throws IOException {
        if (Files.exists(partial)) {
            try (Stream<Path> all = Files.walk(partial)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
