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

    /** Lies in a folder for as long as the database of its hub is being imported. */
    private static final String IMPORTING = "importing";

    /** What versions before the first release kept. */
    private static final String OLD_STORE = "store/hub.mv.db";

    /** Marks the folder; to be done before anything else is put into it. */
    public static DataDirectory claim(Path path, Purpose purpose) {
        return claim(path, purpose, faultOf(path, purpose));
    }

    /** Marks the folder of a hub whose database is to be imported, also where an import of it has not ended. */
    public static DataDirectory claimForImport(Path path, Purpose purpose) {
        return claim(path, purpose, faultOfRestore(path).or(() -> faultOfMark(path, purpose)));
    }

    private static DataDirectory claim(Path path, Purpose purpose, Optional<String> found) {
        found.ifPresent(
                fault -> {
                    throw new SettingFaultException(fault);
                });
        try {
            Files.createDirectories(path);
            Files.writeString(path.resolve(MARK), purpose.mark());
            return new DataDirectory(path);
        } catch (IOException e) {
            throw new SettingFaultException(
                    SettingName.shown("hub.data-dir")
                            + " must be a folder that the hub may write into, "
                            + path.toAbsolutePath()
                            + " is not, e.g. ./data");
        }
    }

    /** Looks without touching anything. */
    static Optional<String> faultOf(Path path, Purpose purpose) {
        return faultOfHalf(path).or(() -> faultOfMark(path, purpose));
    }

    private static Optional<String> faultOfMark(Path path, Purpose purpose) {
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

    /** Of a folder whose restore or import has not ended. */
    public static Optional<String> faultOfHalf(Path path) {
        return faultOfRestore(path)
                .or(
                        () ->
                                isImporting(path)
                                        ? Optional.of(
                                                "%s: an import of the database of the hub in %s has not ended; import again, or, where it is to go on with another database, delete %s"
                                                        .formatted(
                                                                SettingName.shown("hub.data-dir"),
                                                                path.toAbsolutePath(),
                                                                path.resolve(IMPORTING)
                                                                        .toAbsolutePath()))
                                        : Optional.empty());
    }

    /** Of a folder that holds half of a backup. */
    private static Optional<String> faultOfRestore(Path path) {
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

    /** Whether an import has begun there and not ended. */
    public static boolean isImporting(Path path) {
        return Files.exists(path.resolve(IMPORTING));
    }

    /** No hub starts there until {@link #endImport}. */
    public static void beginImport(Path path) throws IOException {
        Files.writeString(path.resolve(IMPORTING), "");
    }

    public static void endImport(Path path) throws IOException {
        Files.deleteIfExists(path.resolve(IMPORTING));
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
