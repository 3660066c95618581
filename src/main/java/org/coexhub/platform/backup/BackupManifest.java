package org.coexhub.platform.backup;

import org.coexhub.platform.files.DurableFiles;
import org.coexhub.platform.files.ListOfFiles;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * The list of a backup's files, written after all of them: a folder without one is no backup.
 *
 * @param format of the backup
 * @param hub version of the hub that made it; null where it was not started from a jar
 * @param postgres version of the database
 * @param state the moment the backup has kept
 * @param folders all, for copies that leave empty ones out
 */
record BackupManifest(
        int format,
        String hub,
        String postgres,
        Instant state,
        List<String> folders,
        List<Entry> files) {

    static final int FORMAT = 1;

    static final String NAME = "manifest.json";

    static final ListOfFiles<BackupManifest> LIST =
            new ListOfFiles<>("backup", NAME, BackupManifest.class);

    /**
     * One file.
     *
     * @param name below the data directory, with slashes
     */
    record Entry(String name, long bytes, String sha256) {

        DurableFiles.Copied content() {
            return new DurableFiles.Copied(bytes, sha256);
        }
    }

    static String versionOfThisHub() {
        return BackupManifest.class.getPackage().getImplementationVersion();
    }

    long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    /** @throws NotDoneException there is none, or it is damaged, or of another hub's or database's time */
    static BackupManifest in(Path backup) throws IOException {
        BackupManifest manifest = LIST.in(backup);
        if (manifest.format != FORMAT || manifest.folders == null || manifest.files == null) {
            throw LIST.ofAnotherFormat(backup, manifest.format, FORMAT, manifest.hub);
        }
        return manifest;
    }

    byte[] json() throws IOException {
        return LIST.json(this);
    }
}
