package org.coexhub.platform.backup;

import org.coexhub.platform.files.NotDoneException;
import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresUnavailableException;
import org.coexhub.platform.postgres.ServerAtRest;
import org.coexhub.platform.settings.CommandArguments;
import org.coexhub.platform.settings.DataDirectory;
import org.springframework.core.env.ConfigurableEnvironment;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/** The words {@code backup} and {@code restore} of the command line, each followed by a folder. */
public final class BackupCommand {

    static final String NOT_THE_PAIR =
            "backup and restore are of the hub's own broker and own database together, and this hub"
                    + " has another one (HUB_BROKER_URL or HUB_DB_URL): see"
                    + " docs/how-to/back-up-and-restore.md";

    private static final String BACKUP = "backup";
    private static final String RESTORE = "restore";
    private static final int MOST_DISK_USAGE = 90;
    private static final int DONE = 0;
    private static final int FAILED = 1;

    /** A hub looks twice a second, once it takes webhooks. */
    private static final Duration LONGEST_UNTAKEN = Duration.ofSeconds(30);

    /** A hub touches what it has taken once a second. */
    private static final Duration LONGEST_UNTOUCHED = Duration.ofSeconds(30);

    private static final Duration LOOK = Duration.ofMillis(200);

    private final Path data;
    private final int mostDiskUsage;
    private final Optional<String> other;

    /**
     * @param data the data directory
     * @param mostDiskUsage percentage of the disk at which the hub stores nothing more
     * @param other why this hub's data is not there; empty if it is
     */
    BackupCommand(Path data, int mostDiskUsage, Optional<String> other) {
        this.data = data.toAbsolutePath().normalize();
        this.mostDiskUsage = mostDiskUsage;
        this.other = other;
    }

    /** Whether these arguments ask for a backup or a restore, and not for a hub. */
    public static boolean isIn(String[] arguments) {
        return CommandArguments.ask(arguments, List.of(BACKUP, RESTORE));
    }

    /** @return the process's exit status */
    public static int run(String[] given) {
        var arguments = CommandArguments.of(given);
        if (!arguments.nameAFolder()) {
            System.err.printf(
                    "%s needs a folder, e.g. java -jar coexistence-hub.jar %1$s /backups/today%n",
                    arguments.word());
            return FAILED;
        }
        ConfigurableEnvironment settings = arguments.settings();
        boolean pair =
                settings.getProperty("hub.db.url", "").isBlank()
                        && settings.getProperty("hub.broker.url", "").isBlank();
        var command =
                new BackupCommand(
                        arguments.dataDirectory(),
                        settings.getProperty(
                                "hub.broker.max-disk-usage", Integer.class, MOST_DISK_USAGE),
                        pair ? Optional.empty() : Optional.of(NOT_THE_PAIR));
        return command.run(arguments.word(), arguments.folder(), System.out, System.err);
    }

    int run(String word, Path folder, PrintStream out, PrintStream err) {
        try {
            if (other.isPresent()) {
                throw new NotDoneException(other.get());
            }
            out.println(
                    word.equals(RESTORE)
                            ? new Restore(data, Clock.systemUTC()).from(folder)
                            : backup(folder));
            return DONE;
        } catch (NotDoneException | PostgresUnavailableException refused) {
            err.println(word + ": " + refused.getMessage());
        } catch (Exception e) {
            err.println(word + " failed: " + e);
        }
        return FAILED;
    }

    private String backup(Path folder) throws Exception {
        var files = new DataFiles(data);
        if (!files.hasOwnDatabase() || !files.hasOwnBroker()) {
            throw new NotDoneException(
                    "HUB_DATA_DIR (hub.data-dir): %s holds no hub's data; give the folder of the hub, e.g. ./data"
                            .formatted(data));
        }
        DataDirectory.faultOfHalf(data)
                .ifPresent(
                        half -> {
                            throw new NotDoneException(half);
                        });
        Path server = data.resolve(ClusterFiles.FOLDER);
        try (FileChannel turn = BackupRequest.turn(data).orElse(null)) {
            if (turn == null) {
                throw new NotDoneException("another backup of this hub is running; wait for it");
            }
            try (var rest = ServerAtRest.in(server).orElse(null)) {
                return rest == null
                        ? askTheHub(folder, server)
                        : new Backup(data, mostDiskUsage, Clock.systemUTC())
                                .atRest(folder)
                                .sentence();
            }
        }
    }

    private String askTheHub(Path folder, Path server) throws IOException {
        var request = BackupRequest.of(folder);
        request.ask(data);
        Optional<FileTime> sign = Optional.empty();
        long noticed = System.nanoTime();
        while (true) {
            // In the order in which the hub goes on, so that all three are missed only if it died.
            boolean waits = request.waits(data);
            Optional<FileTime> touched = request.touched(data);
            Optional<BackupRequest.Answer> answer = request.answered(data);
            if (answer.isPresent()) {
                return sentence(answer.get());
            }
            if (!touched.equals(sign)) {
                sign = touched;
                noticed = System.nanoTime();
            }
            Duration silence = Duration.ofNanos(System.nanoTime() - noticed);
            if (waits && silence.compareTo(LONGEST_UNTAKEN) > 0 && request.takeBack(data)) {
                throw new NotDoneException(
                        "the hub on %s does not answer; if it is starting, try again when it takes webhooks"
                                .formatted(data));
            }
            boolean dead =
                    !waits && (touched.isEmpty() || silence.compareTo(LONGEST_UNTOUCHED) > 0);
            if (dead || hasEnded(server)) {
                request.takeBack(data);
                throw new NotDoneException(
                        "the hub on %s has ended meanwhile, and the backup with it"
                                .formatted(data));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static String sentence(BackupRequest.Answer answer) {
        if (!answer.done()) {
            throw new NotDoneException(answer.message());
        }
        return answer.message();
    }

    private static boolean hasEnded(Path server) throws IOException {
        return Files.exists(server) && ServerAtRest.isFree(server);
    }
}
