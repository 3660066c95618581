package org.coexhub.platform.files;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * A folder that is being written: as {@code <folder>.partial}, which gets its name when all of it and its list are on disk,
 * so that half of it is never taken for the whole. For nobody but its owner.
 */
public final class PartialFolder {

    private static final String PARTIAL = ".partial";

    private final Path folder;
    private final Path partial;

    private PartialFolder(Path folder) {
        this.folder = folder;
        this.partial = folder.resolveSibling(folder.getFileName() + PARTIAL);
    }

    /**
     * @param folder where it will be; new, or empty
     * @throws NotDoneException it is neither, or cannot be made
     */
    public static PartialFolder begin(Path folder) throws IOException {
        Path whole = folder.toAbsolutePath().normalize();
        if (whole.getFileName() == null) {
            throw new NotDoneException("%s cannot be it; give a new folder in it".formatted(whole));
        }
        var begun = new PartialFolder(whole);
        refuse(begun.folder);
        refuse(begun.partial);
        Files.createDirectories(begun.partial);
        DurableFiles.makePrivate(begun.partial);
        return begun;
    }

    private static void refuse(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        if (Files.isDirectory(folder)) {
            try (Stream<Path> content = Files.list(folder)) {
                if (content.findAny().isEmpty()) {
                    return;
                }
            }
        }
        throw new NotDoneException(
                "%s is not empty%s; give a new folder, or move this one away"
                        .formatted(
                                folder,
                                folder.toString().endsWith(PARTIAL)
                                        ? " (what one that did not end has left)"
                                        : ""));
    }

    /** Where to write until {@link #end}. */
    public Path path() {
        return partial;
    }

    /** Where it is from {@link #end} on. */
    public Path whole() {
        return folder;
    }

    /**
     * Gives it its name.
     *
     * @param list name of the file that says what is in it, written last
     */
    public void end(String list, byte[] content) throws IOException {
        try (Stream<Path> all = Files.walk(partial)) {
            for (Path each : all.filter(Files::isDirectory).toList()) {
                DurableFiles.sync(each);
            }
        }
        DurableFiles.write(partial.resolve(list), content);
        DurableFiles.sync(partial);
        Files.deleteIfExists(folder);
        Files.move(partial, folder, StandardCopyOption.ATOMIC_MOVE);
        DurableFiles.sync(folder.getParent());
    }

    /** Deletes what there is of one that failed. */
    public void giveUp() throws IOException {
        if (Files.exists(partial)) {
            try (Stream<Path> all = Files.walk(partial)) {
                for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(each);
                }
            }
        }
    }
}
