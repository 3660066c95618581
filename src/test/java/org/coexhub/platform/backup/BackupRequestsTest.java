package org.coexhub.platform.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;

/** The command and the hub that it asks: whoever asks gets an answer, whatever becomes of the hub. */
class BackupRequestsTest {

    @TempDir Path folder;

    private Path data;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void aHubRuns() throws IOException {
        data = folder.resolve("data");
        Files.createDirectories(data.resolve("postgres/cluster"));
        Files.createDirectories(data.resolve("broker"));
    }

    @Test
    void theHubsSentenceIsTheCommands() throws Exception {
        var hub = new BackupRequests(data, into -> "made into " + into);

        assertThat(commandWhile(hub::look)).isZero();

        assertThat(said.toString()).contains("made into " + folder.resolve("backup"));
        assertThat(data.resolve("backup.taken")).doesNotExist();
    }

    @Test
    void aRequestWrittenWhileTheHubStartsIsAnswered() throws Exception {
        assertThat(commandWhile(() -> startWhenAsked(into -> "never"))).isOne();

        assertThat(said.toString()).contains("the hub was starting; ask again");
    }

    @Test
    void anErrorIsAnsweredAndTheNextRequestIsTaken() throws Exception {
        var hub =
                new BackupRequests(
                        data,
                        into -> {
                            throw new StackOverflowError();
                        });

        assertThat(commandWhile(hub::look)).isOne();
        assertThat(said.toString()).contains("the hub has failed; see its log");
        assertThat(commandWhile(hub::look)).isOne();
    }

    @Test
    void aFolderThatIsNoneIsAnsweredAndTheNextRequestIsTaken() throws Exception {
        var hub = new BackupRequests(data, into -> "made");
        var impossible = new BackupRequest("1", "no\0path");
        impossible.ask(data);
        hub.look();
        await().until(() -> impossible.answered(data).filter(answer -> !answer.done()).isPresent());

        assertThat(commandWhile(hub::look)).isZero();
    }

    @Test
    void aHubThatDiedAndIsBackIsNotWaitedFor() throws Exception {
        var never = new CountDownLatch(1);
        var hub =
                new BackupRequests(
                        data,
                        into -> {
                            never.await();
                            return "too late";
                        });

        int status =
                commandWhile(
                        () -> {
                            hub.look();
                            if (Files.exists(data.resolve("backup.taken"))) {
                                start(into -> "never");
                            }
                        });

        assertThat(status).isOne();
        assertThat(said.toString()).contains("has ended meanwhile");
        never.countDown();
        await().until(() -> Files.exists(data.resolve("backup.answer")));
    }

    @Test
    void aSecondCommandIsToldAtOnce() throws Exception {
        try (FileChannel first = BackupRequest.turn(data).orElseThrow()) {
            assertThat(first.isOpen()).isTrue();

            assertThat(command()).isOne();
        }

        assertThat(said.toString()).contains("another backup of this hub is running");
    }

    @Test
    void aCommandIsToldThatTheBackupOfAKilledOneIsStillBeingMade() throws Exception {
        var end = new CountDownLatch(1);
        var hub =
                new BackupRequests(
                        data,
                        into -> {
                            end.await();
                            return "made";
                        });
        var killed = new BackupRequest("1", folder.toString());
        killed.ask(data);
        hub.look();

        assertThat(commandWhile(hub::look)).isOne();

        assertThat(said.toString()).contains("another backup of this hub is being made");
        assertThat(killed.touched(data)).as("still worked on").isPresent();
        end.countDown();
        await().until(() -> killed.answered(data).isPresent());
    }

    @Test
    void onlyTheOwnRequestIsTakenBackAndOnlyUntilItIsTaken() throws Exception {
        var first = BackupRequest.of(folder);
        var second = BackupRequest.of(folder);
        first.ask(data);

        assertThat(second.takeBack(data)).isFalse();
        assertThat(BackupRequest.take(data)).contains(first);
        second.ask(data);
        assertThat(first.takeBack(data)).isFalse();
        assertThat(second.takeBack(data)).isTrue();
    }

    private void startWhenAsked(BackupRequests.Maker maker) {
        if (BackupRequest.isAsked(data)) {
            start(maker);
        }
    }

    private void start(BackupRequests.Maker maker) {
        try {
            new BackupRequests(data, maker);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    /** @return the command's status, while the hub does something again and again */
    private int commandWhile(Runnable hub) throws IOException {
        Path lock = data.resolve("postgres/lock");
        try (var held =
                FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            held.lock();
            var command = CompletableFuture.supplyAsync(this::command, Thread::startVirtualThread);
            await().dontCatchUncaughtExceptions()
                    .until(
                            () -> {
                                hub.run();
                                return command.isDone();
                            });
            return command.join();
        }
    }

    private int command() {
        var out = new PrintStream(said, true, StandardCharsets.UTF_8);
        return new BackupCommand(data, 90, Optional.empty())
                .run("backup", folder.resolve("backup"), out, out);
    }
}
