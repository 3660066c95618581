package org.coexhub.platform.settings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The folder of the embedded broker, database and files, and the mark in it that keeps sandbox and production apart. A
 * folder that was used without a mark is taken for production's.
 *
 * @param path the folder; it bears this hub's mark
 */
public record DataDirectory(Path path) {

    private static final String MARK = "purpose";

    /** Lies in a folder for as long as a backup is being restored into it. */
    private static final String RESTORING = "restoring";

    /** What versions before the first release kept. */
    private static final String OLD_STORE = "store/hub.mv.db";

    /** Marks the folder; to be done before anything else is put into it. */
    public static DataDirectory claim(Path path, Purpose purpose) {
        faultOf(path, purpose)
                .ifPresent(
                        fault -> {
                            throw new SettingFault(fault);
                        });
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve(MARK), purpose.mark());
            return new DataDirectory(path);
        } catch (IOException e) {
            throw new SettingFault(
                    SettingName.shown("hub.data-dir")
                            + " must be a folder that the hub may write into, "
                            + path.toAbsolutePath()
                            + " is not, e.g. ./data");
        }
    }

    /** Looks without touching anything. */
    static Optional<String> faultOf(Path path, Purpose purpose) {
        Optional<String> half = faultOfRestore(path);
        if (half.isPresent()) {
            return half;
        }
        String mark = markIn(path);
        return mark.isEmpty() || mark.equals(purpose.mark())
                ? Optional.empty()
                : Optional.of(
                        "%s is a folder of %s (%s), and this is %s: %s, e.g. %s"
                                .formatted(
                                        SettingName.shown("hub.data-dir"),
                                        mark,
                                        path.toAbsolutePath(),
                                        purpose.mark(),
                                        purpose.remedy(),
                                        purpose.dataDirectory()));
    }

    /** Of a folder that holds half of a backup. */
    public static Optional<String> faultOfRestore(Path path) {
        return Files.exists(path.resolve(RESTORING))
                ? Optional.of(
                        "%s: a restore into %s has not ended; empty the folder and restore again"
                                .formatted(
                                        SettingName.shown("hub.data-dir"), path.toAbsolutePath()))
                : Optional.empty();
    }

    /** No hub starts there until {@link #endRestore}. */
    public static void beginRestore(Path path) throws IOException {
        Files.writeString(path.resolve(RESTORING), "");
    }

    public static void endRestore(Path path) throws IOException {
        Files.delete(path.resolve(RESTORING));
    }

    /** Of a folder whose database this version cannot read; to be asked where the hub's own database is wanted. */
    static Optional<String> faultOfStore(Path path) {
        if (Files.exists(path.resolve(OLD_STORE))) {
            return Optional.of(
                    "%s: %s holds the database of an earlier version (%s), which this one does not read, and the queues beside it belong to that database; nothing was touched. Give this hub an empty folder, e.g. ./data2"
                            .formatted(
                                    SettingName.shown("hub.data-dir"),
                                    path.toAbsolutePath(),
                                    OLD_STORE));
        }
        return Optional.empty();
    }

    private static String markIn(Path path) {
        try {
            Path mark = path.resolve(MARK);
            if (Files.exists(mark)) {
                return Files.readString(mark).strip();
            }
            return Files.exists(path.resolve("broker")) || Files.exists(path.resolve("postgres"))
                    ? Purpose.PRODUCTION.mark()
                    : "";
        } catch (IOException e) {
            return "unknown purpose";
        }
    }
}
