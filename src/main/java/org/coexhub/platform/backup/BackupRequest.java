package org.coexhub.platform.backup;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * A request for a backup from the command to the hub that runs on the same data directory: a file in it, answered by
 * another. Whoever may write there has all that the hub has, so no further right is asked for, and nobody can make the hub
 * write files by the network.
 *
 * @param id of this request
 * @param folder where the backup is to be
 */
record BackupRequest(String id, Path folder) {

    private static final String REQUEST = "backup.request";
    private static final String ANSWER = "backup.answer";
    private static final String WRITING = ".writing";

    /**
     * What became of it.
     *
     * @param message for the person who asked
     */
    record Answer(boolean done, String message) {}

    static BackupRequest of(Path folder) {
        return new BackupRequest(UUID.randomUUID().toString(), folder.toAbsolutePath().normalize());
    }

    static boolean isPartOf(String name) {
        return name.startsWith(REQUEST) || name.startsWith(ANSWER);
    }

    static boolean isAsked(Path data) {
        return Files.exists(data.resolve(REQUEST));
    }

    void ask(Path data) throws IOException {
        put(data, REQUEST, id + "\n" + folder);
    }

    /** The request that waits; it is taken with that. */
    static Optional<BackupRequest> take(Path data) throws IOException {
        Path file = data.resolve(REQUEST);
        try {
            List<String> lines = Files.readAllLines(file);
            Files.delete(file);
            return lines.size() < 2
                    ? Optional.empty()
                    : Optional.of(new BackupRequest(lines.get(0), Path.of(lines.get(1))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        }
    }

    /** @return whether nobody had taken it */
    static boolean takeBack(Path data) throws IOException {
        return Files.deleteIfExists(data.resolve(REQUEST));
    }

    void answer(Path data, Answer answer) throws IOException {
        put(data, ANSWER, id + "\n" + answer.done() + "\n" + answer.message());
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

    /** Nobody reads what was asked or answered before. */
    static void forget(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(REQUEST));
        Files.deleteIfExists(data.resolve(ANSWER));
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
