package org.coexhub.platform.backup;

import org.coexhub.platform.files.DurableFiles;
import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.files.PartialFolder;
import org.coexhub.platform.postgres.PostgresServer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;

/** A backup that is being written. */
final class BackupFolder {

    /** Below the backup's folder, what the data directory has. */
    static final String DATA = "data";

    /** Of a read that another one must confirm. */
    private static final int MOST_READS = 20;

    private final PartialFolder partial;
    private final List<BackupManifest.Entry> files = new ArrayList<>();
    private final TreeSet<String> folders = new TreeSet<>();

    private BackupFolder(PartialFolder partial) {
        this.partial = partial;
    }

    /**
     * @param folder where the backup will be; new, or empty
     * @throws NotDoneException it is neither, or cannot be made
     */
    static BackupFolder begin(Path folder) throws IOException {
        var backup = new BackupFolder(PartialFolder.begin(folder));
        Files.createDirectories(backup.partial.path().resolve(DATA));
        return backup;
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
        throw new NotDoneException(source + " changes all the time; try again");
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
        return partial.path().resolve(DATA).resolve(name);
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
        partial.end(BackupManifest.NAME, manifest.json());
        return manifest;
    }

    /** Deletes what there is of a backup that failed. */
    void giveUp() throws IOException {
        partial.giveUp();
    }
}
