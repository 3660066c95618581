package org.coexhub.platform.backup;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.broker.BrokerSnapshot;
import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresBackup;
import org.coexhub.platform.postgres.PostgresServer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;

/**
 * A backup of a data directory, of a running hub or at rest.
 *
 * <p><b>Which moment it keeps.</b> Broker and database of a running hub are kept as a kill would leave them at one moment.
 * First the database's files are copied, which takes as long as it takes. Then the broker stands still for some
 * milliseconds, and in these the database's backup is ended, which makes that moment the one that the copy is of. While the
 * broker stands still no commit of a queue ends: so nothing is done in the database of which the broker's copy does not
 * know where it came from, and what the broker's copy still has and the database has done is recognised, as after a kill.
 * Then the broker's files are copied, which do not change any more, and last the files of messages, whose rows are older.
 */
final class Backup {

    private static final Logger LOG = LoggerFactory.getLogger(Backup.class);

    private static final long MEGABYTE = 1024 * 1024;

    private final DataFiles data;
    private final int mostDiskUsage;
    private final InstantSource clock;

    /**
     * A backup of this data directory.
     *
     * @param mostDiskUsage percentage of the disk at which the broker stores nothing more; a backup on the same disk must
     *     not fill it so far
     */
    Backup(Path data, int mostDiskUsage, InstantSource clock) {
        this.data = new DataFiles(data.toAbsolutePath().normalize());
        this.mostDiskUsage = mostDiskUsage;
        this.clock = clock;
    }

    /** What was written. */
    record Summary(Path data, Path folder, BackupManifest manifest, long millis) {

        String sentence() {
            return "Backup of %s as of %s is whole: %s, %,d files, %,d MB, written in %.1f s"
                    .formatted(
                            data,
                            manifest.state(),
                            folder,
                            manifest.files().size(),
                            manifest.bytes() / MEGABYTE,
                            millis / 1000.0);
        }
    }

    @FunctionalInterface
    private interface Content {
        /** @return the moment that was kept */
        Instant write(BackupFolder backup) throws Exception;
    }

    /** While the hub runs, in its own process. */
    Summary ofRunningHub(Path folder, Broker broker, PostgresServer server) throws Exception {
        return write(
                folder,
                backup -> {
                    try (var database = new PostgresBackup(server)) {
                        data.ofCluster(false, copyInto(backup));
                        return cut(backup, broker, database);
                    }
                });
    }

    private Instant cut(BackupFolder backup, Broker broker, PostgresBackup database)
            throws Exception {
        var label = new String[1];
        var moment = new Instant[1];
        try (BrokerSnapshot snapshot =
                broker.snapshot(
                        () -> {
                            label[0] = database.end();
                            // Not before: no command of the backup was accepted after its moment.
                            moment[0] = now();
                        })) {
            LOG.info(
                    "The broker stood still for {} ms for the backup",
                    snapshot.stoodStill().toMillis());
            backup.file(
                    DataFiles.CLUSTER + "/" + ClusterFiles.LABEL,
                    label[0].getBytes(StandardCharsets.UTF_8));
            for (Path segment : database.log()) {
                backup.file(
                        DataFiles.CLUSTER + "/" + ClusterFiles.LOG + "/" + segment.getFileName(),
                        segment,
                        Long.MAX_VALUE);
            }
            for (BrokerSnapshot.Part part : snapshot.parts()) {
                backup.file(DataFiles.BROKER + "/" + part.name(), part.source(), part.bytes());
            }
            snapshot.confirm();
        }
        data.others(copyInto(backup));
        return moment[0];
    }

    /** While nothing runs on the data directory. */
    Summary atRest(Path folder) throws Exception {
        return write(
                folder,
                backup -> {
                    Instant moment = now();
                    data.ofCluster(true, copyInto(backup));
                    data.ofBroker(copyInto(backup));
                    data.others(copyInto(backup));
                    return moment;
                });
    }

    /** As precise as the times of commands, which it is compared with. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private Summary write(Path folder, Content content) throws Exception {
        long began = System.nanoTime();
        Path target = folder.toAbsolutePath().normalize();
        if (real(target).startsWith(real(data.data()))) {
            throw new NotDoneException(
                    "%s is inside of the data directory; give a folder outside of it"
                            .formatted(target));
        }
        BackupFolder backup = BackupFolder.begin(target);
        try {
            refuseWhereItDoesNotFit(target);
            Instant state = content.write(backup);
            BackupManifest manifest = backup.end(state);
            return new Summary(
                    data.data(), target, manifest, (System.nanoTime() - began) / 1_000_000);
        } catch (Exception | Error e) {
            backup.giveUp();
            throw e;
        }
    }

    /** Where links lead to; of what is not there yet, below what is. */
    private static Path real(Path path) throws IOException {
        if (path.getParent() == null || Files.exists(path)) {
            return path.toRealPath();
        }
        return real(path.getParent()).resolve(path.getFileName());
    }

    private void refuseWhereItDoesNotFit(Path target) throws IOException {
        FileStore disk = Files.getFileStore(target.getParent());
        boolean shared = disk.equals(Files.getFileStore(data.data()));
        long kept = shared ? disk.getTotalSpace() / 100 * (100 - mostDiskUsage) : 0;
        long needed = data.bytes();
        if (disk.getUsableSpace() - kept < needed) {
            throw new NotDoneException(
                    "the disk of %s is too full: the backup may need %,d MB, and %,d MB are free%s"
                            .formatted(
                                    target,
                                    needed / MEGABYTE,
                                    disk.getUsableSpace() / MEGABYTE,
                                    shared
                                            ? ", of which the hub on the same disk needs "
                                                    + kept / MEGABYTE
                                                    + " MB to go on storing"
                                            : ""));
        }
    }

    private static DataFiles.Visitor copyInto(BackupFolder backup) {
        return new DataFiles.Visitor() {
            @Override
            public void folder(String name) throws IOException {
                backup.folder(name);
            }

            @Override
            public void file(String name, Path file) throws IOException {
                if (file.endsWith(ClusterFiles.CONTROL)) {
                    backup.rewrittenFile(name, file);
                } else {
                    backup.fileIfThere(name, file);
                }
            }
        };
    }
}
