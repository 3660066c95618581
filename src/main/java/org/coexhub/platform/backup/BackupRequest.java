package org.coexhub.platform.backup;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;

/**
 * A request for a backup from the command to the hub that runs on the same data directory: a file in it, answered by
 * another. Whoever may write there has all that the hub has, so no further right is asked for, and nobody can make the hub
 * write files by the network.
 *
 * <p><b>Why nobody waits for ever.</b> The hub takes a request by giving its file another name, and touches that file for
 * as long as it works; then it answers and removes it. So a request is always in one of three places, or its hub has died.
 * One command at a time holds the {@link #turn}, which the system gives back whatever ends that command.
 *
 * @param id of this request
 * @param folder where the backup is to be, as it was written
 */
record BackupRequest(String id, String folder) {

    private static final String REQUEST = "backup.request";
    private static final String TAKEN = "backup.taken";
    private static final String ANSWER = "backup.answer";
    private static final String TURN = "backup.lock";
    private static final String WRITING = ".writing";

    /**
     * What became of it.
     *
     * @param message for the person who asked
     */
    record Answer(boolean done, String message) {}

    static BackupRequest of(Path folder) {
        return new BackupRequest(
                UUID.randomUUID().toString(), folder.toAbsolutePath().normalize().toString());
    }

    static boolean isPartOf(String name) {
        return Stream.of(REQUEST, TAKEN, ANSWER, TURN)
                .anyMatch(part -> name.equals(part) || name.equals(part + WRITING));
    }

    /** @return empty while another command asks; held until it is closed */
    static Optional<FileChannel> turn(Path data) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        data.resolve(TURN), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return Optional.of(channel);
            }
        } catch (OverlappingFileLockException inThisProcess) {
            // As if it were another's
        }
        channel.close();
        return Optional.empty();
    }

    static boolean isAsked(Path data) {
        return Files.exists(data.resolve(REQUEST));
    }

    /** To be done by whoever has the turn. */
    void ask(Path data) throws IOException {
        put(data, REQUEST, id + "\n" + folder);
    }

    /** The request that waits, which its file says from then on is being worked on. */
    static Optional<BackupRequest> take(Path data) throws IOException {
        try {
            Files.move(
                    data.resolve(REQUEST),
                    data.resolve(TAKEN),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
        Optional<BackupRequest> taken = in(data.resolve(TAKEN));
        taken.ifPresent(request -> request.touch(data));
        return taken;
    }

    /** The request that waits, and goes on doing so. */
    static Optional<BackupRequest> look(Path data) throws IOException {
        return in(data.resolve(REQUEST));
    }

    /** The hub lives and works on it. */
    void touch(Path data) {
        try {
            Files.setLastModifiedTime(data.resolve(TAKEN), FileTime.from(Instant.now()));
        } catch (IOException notNow) {
            // Whoever asked gives up only when it stays untouched.
        }
    }

    /** @return when the hub last worked on this request; empty where it does not */
    Optional<FileTime> touched(Path data) throws IOException {
        return isIn(data, TAKEN)
                ? Optional.of(Files.getLastModifiedTime(data.resolve(TAKEN)))
                : Optional.empty();
    }

    /** Nobody has taken it yet. */
    boolean waits(Path data) throws IOException {
        return isIn(data, REQUEST);
    }

    private boolean isIn(Path data, String name) throws IOException {
        return in(data.resolve(name)).filter(found -> found.id.equals(id)).isPresent();
    }

    private static Optional<BackupRequest> in(Path file) throws IOException {
        try {
            List<String> lines = Files.readAllLines(file);
            return lines.size() < 2
                    ? Optional.empty()
                    : Optional.of(
                            new BackupRequest(
                                    lines.getFirst(),
                                    String.join("\n", lines.subList(1, lines.size()))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** @return whether nobody had taken it */
    boolean takeBack(Path data) throws IOException {
        return waits(data) && Files.deleteIfExists(data.resolve(REQUEST));
    }

    /** In this order, so that whoever asked finds one of both at any time. */
    void answer(Path data, Answer answer) throws IOException {
        put(data, ANSWER, id + "\n" + answer.done() + "\n" + answer.message());
        if (isIn(data, TAKEN)) {
            Files.deleteIfExists(data.resolve(TAKEN));
        }
    }

    Optional<Answer> answered(Path data) throws IOException {
        Path file = data.resolve(ANSWER);
        try {
            List<String> lines = Files.readAllLines(file);
            if (!lines.getFirst().equals(id)) {
                return Optional.empty();
            }
            Files.deleteIfExists(file);
            return Optional.of(
                    new Answer(
                            Boolean.parseBoolean(lines.get(1)),
                            String.join("\n", lines.subList(2, lines.size()))));
        } catch (NoSuchFileException notYet) {
            return Optional.empty();
        }
    }

    /** What a hub that has died was working on. */
    static void forgetTaken(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(TAKEN));
    }

    private static void put(Path data, String name, String content) throws IOException {
        Path half = data.resolve(name + WRITING);
        Files.write(half, content.getBytes(StandardCharsets.UTF_8));
        Files.move(
                half,
                data.resolve(name),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }
}
