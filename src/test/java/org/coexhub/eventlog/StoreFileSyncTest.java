package org.coexhub.eventlog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.h2.tools.Shell;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.sql.DriverManager;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;

class StoreFileSyncTest {

    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochSecond(1000));

    @TempDir Path folder;

    @Test
    void onlyWhatChangedIsSynced() throws Exception {
        Path file = folder.resolve("hub.mv.db");
        try (var sync = new StoreFileSync(file, CLOCK)) {
            assertThat(sync.syncIfChanged()).as("no file yet").isFalse();
            write(file, 1);
            assertThat(sync.syncIfChanged()).as("new").isTrue();
            assertThat(sync.syncIfChanged()).as("unchanged").isFalse();
            write(file, 2);
            assertThat(sync.syncIfChanged()).as("written to").isTrue();
        }
    }

    /** A coarse clock of the file system gives two writes the same time, and the second may follow the sync. */
    @Test
    void whatChangedJustNowIsSyncedOnceMore() throws Exception {
        Path file = folder.resolve("hub.mv.db");
        try (var sync = new StoreFileSync(file, CLOCK)) {
            write(file, 1000);
            assertThat(sync.syncIfChanged()).as("new").isTrue();
            write(file, 1000);
            assertThat(sync.syncIfChanged()).as("written to at the same time").isTrue();
        }
    }

    @Test
    void aFileThatCannotBeSyncedIsTriedAgain() throws Exception {
        Path file = folder.resolve("hub.mv.db");
        Files.createDirectory(file);
        try (var sync = new StoreFileSync(file, CLOCK)) {
            sync.start(Duration.ofMillis(1));
            await().until(() -> !sync.healthy());
            Files.delete(file);
            write(file, 1);
            await().until(sync::healthy);
        }
    }

    /** Closing a channel of the file, even a second one, would let go of the lock. */
    @Test
    void theDatabaseStaysLockedForOtherProcesses() throws Exception {
        Path database = folder.resolve("hub");
        String url = "jdbc:h2:file:" + database + ";WRITE_DELAY=0";
        try (var sync = new StoreFileSync(folder.resolve("hub.mv.db"), CLOCK);
                var connection = DriverManager.getConnection(url)) {
            for (int change = 0; change < 3; change++) {
                connection.createStatement().execute("create table t" + change + " (a int)");
                assertThat(sync.syncIfChanged()).isTrue();
            }
            assertThat(openedByAnotherProcess(url)).contains("Database may be already in use");
        }
        assertThat(openedByAnotherProcess(url)).contains("ANSWER").contains("42");
    }

    private static String openedByAnotherProcess(String url) throws Exception {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Process process =
                new ProcessBuilder(
                                java.toString(),
                                "-cp",
                                System.getProperty("java.class.path"),
                                Shell.class.getName(),
                                "-url",
                                url,
                                "-sql",
                                "select 42 as answer")
                        .redirectErrorStream(true)
                        .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        return output;
    }

    /** With a time of its own for each write, however coarse the file system's clock. */
    private static void write(Path file, int second) throws Exception {
        Files.writeString(file, "page", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        Files.setLastModifiedTime(file, FileTime.fromMillis(1000L * second));
    }
}
