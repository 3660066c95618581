package org.coexhub.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * The class path of a hub that runs as a process of its own. Class folders are packed into jars first, because the JVM
 * shares class data of jars only, and without that a restart takes twice as long.
 */
final class HubClasspath {

    /** What hubs of this run share. */
    static final Path FOLDER = folder();

    private static final Map<Boolean, String> PACKED = new HashMap<>();

    private HubClasspath() {}

    /**
     * Packs the class folders once for all hubs of this run.
     *
     * @param tests whether the test classes are wanted as well
     */
    static synchronized String packed(boolean tests) throws IOException {
        String known = PACKED.get(tests);
        if (known == null) {
            known = pack(Files.createTempDirectory(FOLDER, "classes"), tests);
            PACKED.put(tests, known);
        }
        return known;
    }

    private static Path folder() {
        try {
            return Files.createDirectories(Path.of("target", "hubs").toAbsolutePath());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String pack(Path folder, boolean tests) throws IOException {
        List<String> parts = new ArrayList<>();
        for (String part : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path path = Path.of(part);
            if (!Files.isDirectory(path)) {
                parts.add(part);
            } else if (tests || !path.endsWith("test-classes")) {
                parts.add(jar(path, folder.resolve(path.getFileName() + ".jar")).toString());
            }
        }
        return String.join(File.pathSeparator, parts);
    }

    private static Path jar(Path classes, Path jar) throws IOException {
        try (OutputStream out = Files.newOutputStream(jar);
                JarOutputStream entries = new JarOutputStream(out);
                Stream<Path> files = Files.walk(classes)) {
            for (Path file : files.filter(f -> !f.equals(classes)).sorted().toList()) {
                // Component scanning looks for the entries of folders.
                String name = classes.relativize(file).toString().replace(File.separatorChar, '/');
                entries.putNextEntry(new ZipEntry(Files.isDirectory(file) ? name + "/" : name));
                if (Files.isRegularFile(file)) {
                    Files.copy(file, entries);
                }
                entries.closeEntry();
            }
        }
        return jar;
    }
}
