package org.coexhub.platform.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .registerModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /**
     * One file.
     *
     * @param name below the data directory, with slashes
     */
    record Entry(String name, long bytes, String sha256) {}

    static String versionOfThisHub() {
        return BackupManifest.class.getPackage().getImplementationVersion();
    }

    long bytes() {
        return files.stream().mapToLong(Entry::bytes).sum();
    }

    /** @throws BackupException there is none, or it is damaged, or of another hub's or database's time */
    static BackupManifest in(Path backup) throws IOException {
        BackupManifest manifest;
        try {
            manifest =
                    JSON.readValue(Files.readAllBytes(backup.resolve(NAME)), BackupManifest.class);
        } catch (NoSuchFileException none) {
            throw new BackupException(
                    "%s is no whole backup: it has no %s, which is written last. Give the folder that a backup has ended in"
                            .formatted(backup.toAbsolutePath(), NAME));
        } catch (JsonProcessingException damaged) {
            throw new BackupException(
                    "%s is damaged; take another backup".formatted(backup.resolve(NAME)), damaged);
        }
        if (manifest.format != FORMAT || manifest.folders == null || manifest.files == null) {
            throw new BackupException(
                    "%s is of format %d, and this hub reads %d: restore it with the hub that made it (%s)"
                            .formatted(
                                    backup.toAbsolutePath(),
                                    manifest.format,
                                    FORMAT,
                                    manifest.hub));
        }
        return manifest;
    }

    byte[] json() throws IOException {
        return JSON.writeValueAsBytes(this);
    }
}
