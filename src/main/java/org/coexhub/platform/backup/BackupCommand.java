package org.coexhub.platform.backup;

import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresUnavailableException;
import org.coexhub.platform.postgres.ServerAtRest;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.Purpose;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.source.ConfigurationPropertySources;
import org.springframework.boot.support.SpringApplicationJsonEnvironmentPostProcessor;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.Environment;
import org.springframework.core.env.SimpleCommandLinePropertySource;
import org.springframework.core.env.StandardEnvironment;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
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
        List<String> words = words(arguments);
        return !words.isEmpty() && List.of(BACKUP, RESTORE).contains(words.getFirst());
    }

    /** @return the process's exit status */
    public static int run(String[] arguments) {
        List<String> words = words(arguments);
        if (words.size() != 2) {
            System.err.printf(
                    "%s needs a folder, e.g. java -jar coexistence-hub.jar %1$s /backups/today%n",
                    words.getFirst());
            return FAILED;
        }
        ConfigurableEnvironment environment = environment(arguments);
        boolean pair =
                environment.getProperty("hub.db.url", "").isBlank()
                        && environment.getProperty("hub.broker.url", "").isBlank();
        var command =
                new BackupCommand(
                        dataDirectory(environment),
                        environment.getProperty(
                                "hub.broker.max-disk-usage", Integer.class, MOST_DISK_USAGE),
                        pair ? Optional.empty() : Optional.of(NOT_THE_PAIR));
        return command.run(words.get(0), Path.of(words.get(1)), System.out, System.err);
    }

    private static List<String> words(String[] arguments) {
        return Arrays.stream(arguments).filter(word -> !word.startsWith("-")).toList();
    }

    /** That of the hub with these settings. */
    static Path dataDirectory(Environment environment) {
        String set = environment.getProperty("hub.data-dir", "");
        return Path.of(set.isBlank() ? Purpose.of(environment).dataDirectory() : set);
    }

    /** As the hub itself would see its settings. */
    static ConfigurableEnvironment environment(String[] arguments) {
        var environment = new StandardEnvironment();
        environment.getPropertySources().addFirst(new SimpleCommandLinePropertySource(arguments));
        new SpringApplicationJsonEnvironmentPostProcessor()
                .postProcessEnvironment(environment, new SpringApplication());
        ConfigDataEnvironmentPostProcessor.applyTo(environment);
        ConfigurationPropertySources.attach(environment);
        return environment;
    }

    int run(String word, Path folder, PrintStream out, PrintStream err) {
        try {
            if (other.isPresent()) {
                throw new BackupException(other.get());
            }
            out.println(
                    word.equals(RESTORE)
                            ? new Restore(data, Clock.systemUTC()).from(folder)
                            : backup(folder));
            return DONE;
        } catch (BackupException | PostgresUnavailableException refused) {
            err.println(word + ": " + refused.getMessage());
        } catch (Exception e) {
            err.println(word + " failed: " + e);
        }
        return FAILED;
    }

    private String backup(Path folder) throws Exception {
        var files = new DataFiles(data);
        if (!files.hasOwnDatabase() || !files.hasOwnBroker()) {
            throw new BackupException(
                    "HUB_DATA_DIR (hub.data-dir): %s holds no hub's data; give the folder of the hub, e.g. ./data"
                            .formatted(data));
        }
        DataDirectory.faultOfRestore(data)
                .ifPresent(
                        half -> {
                            throw new BackupException(half);
                        });
        Path server = data.resolve(ClusterFiles.FOLDER);
        try (FileChannel turn = BackupRequest.turn(data).orElse(null)) {
            if (turn == null) {
                throw new BackupException("another backup of this hub is running; wait for it");
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
                throw new BackupException(
                        "the hub on %s does not answer; if it is starting, try again when it takes webhooks"
                                .formatted(data));
            }
            boolean dead =
                    !waits && (touched.isEmpty() || silence.compareTo(LONGEST_UNTOUCHED) > 0);
            if (dead || hasEnded(server)) {
                request.takeBack(data);
                throw new BackupException(
                        "the hub on %s has ended meanwhile, and the backup with it"
                                .formatted(data));
            }
            LockSupport.parkNanos(LOOK.toNanos());
        }
    }

    private static String sentence(BackupRequest.Answer answer) {
        if (!answer.done()) {
            throw new BackupException(answer.message());
        }
        return answer.message();
    }

    private static boolean hasEnded(Path server) throws IOException {
        return Files.exists(server) && ServerAtRest.isFree(server);
    }
}
