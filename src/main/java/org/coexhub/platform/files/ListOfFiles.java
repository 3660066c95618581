package org.coexhub.platform.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/**
 * The form of a list of files that lies among them as JSON and is written after all of them: a folder without one is not
 * whole.
 *
 * @param <T> what the list says
 * @param what it is a list of, such as {@code backup}
 * @param name of its file
 * @param type what the list says
 */
public record ListOfFiles<T>(String what, String name, Class<T> type) {

    private static final ObjectMapper JSON =
            new ObjectMapper()
                    .registerModule(new JavaTimeModule())
                    .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES);

    /** @throws NotDoneException there is none, or it is damaged */
    public T in(Path folder) throws IOException {
        try {
            return JSON.readValue(Files.readAllBytes(folder.resolve(name)), type);
        } catch (NoSuchFileException none) {
            throw new NotDoneException(
                    "%s is no whole %s: it has no %s, which is written last. Give the folder that one has ended in"
                            .formatted(folder.toAbsolutePath(), what, name));
        } catch (JsonProcessingException damaged) {
            throw new NotDoneException(
                    "%s is damaged; take another %s".formatted(folder.resolve(name), what),
                    damaged);
        }
    }

    /** The list in another form than this hub's. */
    public NotDoneException ofAnotherFormat(Path folder, int format, int known, String hub) {
        return new NotDoneException(
                "%s is of format %d, and this hub reads %d: use the hub that made it (%s)"
                        .formatted(folder.toAbsolutePath(), format, known, hub));
    }

    public byte[] json(T content) throws IOException {
        return JSON.writeValueAsBytes(content);
    }

    /**
     * Looks whether a file is as the list says.
     *
     * @throws NotDoneException it is missing, or something else
     */
    public void check(Path file, DurableFiles.Copied written) throws IOException {
        DurableFiles.Copied found;
        try {
            found = DurableFiles.read(file);
        } catch (NoSuchFileException missing) {
            throw new NotDoneException(
                    "the %s is not whole: %s is missing; take another %1$s".formatted(what, file));
        }
        if (!found.equals(written)) {
            throw new NotDoneException(
                    "the %s is damaged: %s is not what was written; take another %1$s"
                            .formatted(what, file));
        }
    }
}
