package org.coexhub.platform.postgres;

import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.tukaani.xz.XZInputStream;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;

/**
 * The programs and libraries of PostgreSQL for this machine's system and processor. They come as an archive on the class
 * path and are unpacked once per version.
 *
 * @param home the folder with {@code bin}, {@code lib} and {@code share}
 */
record PostgresFiles(Path home) {

    /** Of the archives, see pom.xml. */
    static final String VERSION = "18.4.0";

    private static final int EXECUTABLE_BY_OWNER = 0100;
    private static final Path MUSL = Path.of("/lib/ld-musl-x86_64.so.1");

    /** @param folder where they lie from now on, each version in a folder of its own */
    static PostgresFiles in(Path folder) throws IOException {
        Path home = folder.resolve("postgresql-" + VERSION);
        if (!Files.exists(home)) {
            Path half = folder.resolve("unpacking");
            Folders.delete(half);
            Files.createDirectories(half);
            unpack(archive(), half);
            Folders.putInPlace(half, home);
        }
        return new PostgresFiles(home);
    }

    /** @param name such as {@code initdb} */
    Path program(String name) {
        return home.resolve("bin").resolve(name);
    }

    private static InputStream archive() {
        String name = archiveFor(System.getProperty("os.name"), System.getProperty("os.arch"));
        InputStream archive = PostgresFiles.class.getResourceAsStream("/" + name);
        if (archive == null) {
            throw new PostgresUnavailableException(
                    "No PostgreSQL for this machine comes with the hub (%s is not on the class path); set HUB_DB_URL (hub.db.url) to one of your own, e.g. jdbc:postgresql://db:5432/hub"
                            .formatted(name));
        }
        return archive;
    }

    static String archiveFor(String system, String processor) {
        String os = system.toLowerCase(Locale.ROOT);
        String kind = os.startsWith("windows") ? "windows" : os.startsWith("mac") ? "darwin" : os;
        boolean arm = processor.equals("aarch64") || processor.equals("arm64");
        String variant = kind.equals("linux") && Files.exists(MUSL) ? "-alpine_linux" : "";
        return "postgres-" + kind + "-" + (arm ? "arm_64" : "x86_64") + variant + ".txz";
    }

    private static void unpack(InputStream archive, Path target) throws IOException {
        try (var entries =
                new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(archive)))) {
            for (TarArchiveEntry entry = entries.getNextEntry();
                    entry != null;
                    entry = entries.getNextEntry()) {
                Path place = target.resolve(entry.getName()).normalize();
                if (!place.startsWith(target)) {
                    throw new IOException("an archive's entry leads out of its folder");
                }
                if (entry.isDirectory()) {
                    Files.createDirectories(place);
                } else if (entry.isSymbolicLink()) {
                    link(place, entry.getLinkName());
                } else {
                    Files.createDirectories(place.getParent());
                    Files.copy(entries, place, StandardCopyOption.REPLACE_EXISTING);
                    if ((entry.getMode() & EXECUTABLE_BY_OWNER) != 0
                            && !place.toFile().setExecutable(true, false)) {
                        throw new IOException(place + " cannot be made executable");
                    }
                }
            }
        }
    }

    private static void link(Path place, String to) throws IOException {
        Files.createDirectories(place.getParent());
        try {
            Files.createSymbolicLink(place, Path.of(to));
        } catch (FileAlreadyExistsException twiceInTheArchive) {
            Files.delete(place);
            Files.createSymbolicLink(place, Path.of(to));
        }
    }
}
