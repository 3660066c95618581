package org.coexhub.platform.backup;

import org.coexhub.platform.files.DurableFiles;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A note in a data directory that a backup was restored into it, or an export imported for its hub, and nobody has released
 * sending since.
 *
 * @param state the moment that the backup or export had kept
 * @param restored when it was restored or imported
 */
public record RestoredMark(Instant state, Instant restored) {

    private static final String NAME = "restored";

    /** A mark that cannot be read is one all the same. */
    public static Optional<RestoredMark> in(Path data) throws IOException {
        Path file = data.resolve(NAME);
        try {
            List<String> lines = Files.readAllLines(file);
            return Optional.of(
                    new RestoredMark(Instant.parse(lines.get(0)), Instant.parse(lines.get(1))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (DateTimeException | IndexOutOfBoundsException damaged) {
            Instant unknown = Files.getLastModifiedTime(file).toInstant();
            return Optional.of(new RestoredMark(unknown, unknown));
        }
    }

    public void write(Path data) throws IOException {
        DurableFiles.write(
                data.resolve(NAME),
                (state + "\n" + restored + "\n").getBytes(StandardCharsets.UTF_8));
    }

    /** On disk when it returns. */
    public static void remove(Path data) throws IOException {
        Files.deleteIfExists(data.resolve(NAME));
        DurableFiles.sync(data);
    }
}
