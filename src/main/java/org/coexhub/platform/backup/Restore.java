package org.coexhub.platform.backup;

import org.coexhub.platform.files.DurableFiles;
import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.postgres.ServerAtRest;
import org.coexhub.platform.settings.DataDirectory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.stream.Stream;

/** A restore of a backup into a data directory that has none, whole or not at all, with sending held until it is released. */
final class Restore {

    private final Path data;
    private final InstantSource clock;

    Restore(Path data, InstantSource clock) {
        this.data = data.toAbsolutePath().normalize();
        this.clock = clock;
    }

    /** @return a sentence for the person who asked */
    String from(Path backup) throws IOException {
        refuseWhereThereIsData();
        BackupManifest manifest = BackupManifest.in(backup);
        refuseAnotherMajor(manifest);
        Path source = backup.resolve(BackupFolder.DATA);
        for (BackupManifest.Entry file : manifest.files()) {
            refuseDamage(source, file);
        }
        Files.createDirectories(data);
        DataDirectory.beginRestore(data);
        for (String folder : manifest.folders()) {
            makePrivate(folder, Files.createDirectories(place(folder)));
        }
        for (BackupManifest.Entry file : manifest.files()) {
            copy(source, file);
        }
        ServerAtRest.markUnchecked(data.resolve(ClusterFiles.FOLDER));
        new RestoredMark(manifest.state(), clock.instant()).write(data);
        try (Stream<Path> all = Files.walk(data)) {
            for (Path each : all.filter(Files::isDirectory).toList()) {
                DurableFiles.sync(each);
            }
        }
        DataDirectory.endRestore(data);
        DurableFiles.sync(data);
        return "Restored the backup of %s into %s: %,d files. Start the hub; nothing is sent until somebody releases it, see POST /api/v1/sending/release"
                .formatted(manifest.state(), data, manifest.files().size());
    }

    private void refuseWhereThereIsData() throws IOException {
        if (!Files.exists(data)) {
            return;
        }
        Path server = data.resolve(ClusterFiles.FOLDER);
        if (Files.isDirectory(server)) {
            // Without stopping anything: what is there is refused below.
            if (!ServerAtRest.isFree(server)) {
                throw new NotDoneException(
                        "a hub runs on %s; stop it, and move its folder away".formatted(data));
            }
        }
        try (Stream<Path> content = Files.list(data)) {
            if (content.anyMatch(file -> !file.endsWith("lost+found"))) {
                throw new NotDoneException(
                        "%s is not empty, and a restore overwrites nothing: move it away, e.g. mv %s %s.old, or give HUB_DATA_DIR another folder"
                                .formatted(data, data, data));
            }
        }
    }

    private static void refuseAnotherMajor(BackupManifest manifest) {
        String made = majorOf(manifest.postgres());
        String here = majorOf(PostgresServer.version());
        if (!made.equals(here)) {
            throw new NotDoneException(
                    "the backup's database is of PostgreSQL %s, and this hub brings %s: restore it with the hub that made it, and move it on by export and import"
                            .formatted(made, here));
        }
    }

    private static String majorOf(String version) {
        return version == null ? "none" : version.split("\\.")[0];
    }

    private static void refuseDamage(Path source, BackupManifest.Entry file) throws IOException {
        BackupManifest.LIST.check(inside(source, file.name()), file.content());
    }

    private void copy(Path source, BackupManifest.Entry file) throws IOException {
        Path target = place(file.name());
        Files.createDirectories(target.getParent());
        DurableFiles.Copied copied =
                DurableFiles.copy(inside(source, file.name()), target, file.bytes());
        makePrivate(file.name(), target);
        if (!copied.sha256().equals(file.sha256())) {
            throw new NotDoneException(
                    "%s has changed since it was checked; empty %s, and restore again"
                            .formatted(file.name(), data));
        }
    }

    private void makePrivate(String name, Path path) throws IOException {
        if (DataFiles.isPrivate(name)) {
            DurableFiles.makePrivate(path);
        }
    }

    private Path place(String name) {
        return inside(data, name);
    }

    private static Path inside(Path folder, String name) {
        Path path = folder.resolve(name).normalize();
        if (!path.startsWith(folder.normalize())) {
            throw new NotDoneException("the backup's list leads out of its folder: " + name);
        }
        return path;
    }
}
