package org.coexhub.platform.start;

import org.coexhub.Hub;
import org.coexhub.platform.backup.BackupCommand;
import org.coexhub.platform.export.ExportCommand;
import org.coexhub.platform.process.OutOfMemory;
import org.coexhub.platform.store.EarlyDatabaseStart;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.context.event.ApplicationFailedEvent;
import org.springframework.boot.logging.LogLevel;
import org.springframework.boot.logging.LoggingInitializationContext;
import org.springframework.boot.logging.LoggingSystem;
import org.springframework.core.env.StandardEnvironment;

import java.time.Duration;
import java.util.Arrays;

/**
 * Starts the hub as a process, and sees to it that the process ends: a start that fails, or a stop that waits for a broker
 * or database that is gone, must not leave a process that does nothing and keeps its port and its files. To be cut off is
 * what a kill does, and the hub loses nothing by that.
 */
public final class HubStart {

    /** For a first start of the database to come to its end, unpacking included, so that it can be stopped. */
    private static final Duration LONGEST_ABANDONED_START = Duration.ofSeconds(150);

    /** To close what a failed start has opened. */
    private static final Duration LONGEST_FAILED_START = Duration.ofSeconds(10);

    /** Longer than the time given to requests and routes in application.yml, shorter than Docker's or systemd's patience. */
    private static final Duration LONGEST_STOP = Duration.ofSeconds(18);

    private static final int FAILED = 1;

    /** Spring Boot would load Jackson 3 beside the start, which nothing here uses, and take the processor from it. */
    private static final String WARM_UP_OFF = "spring.backgroundpreinitializer.ignore";

    private HubStart() {}

    public static void run(String[] arguments) {
        if (Arrays.asList(arguments).contains("--help")) {
            HelpText.print();
            return;
        }
        if (BackupCommand.isIn(arguments)) {
            logWarnings();
            System.exit(BackupCommand.run(arguments));
        }
        if (ExportCommand.isIn(arguments)) {
            logWarnings();
            System.exit(ExportCommand.run(arguments));
        }
        OutOfMemory.endWhereNobodyCatches();
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(() -> haltAfter(LONGEST_STOP, FAILED), "stop-deadline"));
        System.setProperty(WARM_UP_OFF, "true");
        var application = new SpringApplication(Hub.class);
        // In this order: the second waits for the database, and that may hang.
        application.addListeners(
                (ApplicationFailedEvent failed) -> haltAfter(LONGEST_ABANDONED_START, FAILED));
        application.addListeners(new EarlyDatabaseStart());
        application.addListeners(
                (ApplicationFailedEvent failed) -> haltAfter(LONGEST_FAILED_START, FAILED));
        try {
            application.run(arguments);
        } catch (SpringApplication.AbandonedRunException abandoned) {
            throw abandoned;
        } catch (Throwable told) {
            // Spring Boot has said why. Threads of what was opened would keep the process.
            System.exit(FAILED);
        }
    }

    /** Without a hub nobody else says what is logged, and it would be everything. */
    private static void logWarnings() {
        LoggingSystem logging = LoggingSystem.get(HubStart.class.getClassLoader());
        logging.beforeInitialize();
        logging.initialize(new LoggingInitializationContext(new StandardEnvironment()), null, null);
        logging.setLogLevel(LoggingSystem.ROOT_LOGGER_NAME, LogLevel.WARN);
    }

    private static void haltAfter(Duration time, int status) {
        var deadline =
                new Thread(
                        () -> {
                            sleep(time);
                            System.err.printf(
                                    "The hub did not end within %d s and is cut off, as by a kill;"
                                            + " nothing is lost.%n",
                                    time.toSeconds());
                            Runtime.getRuntime().halt(status);
                        },
                        "deadline");
        deadline.setDaemon(true);
        deadline.start();
    }

    private static void sleep(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
