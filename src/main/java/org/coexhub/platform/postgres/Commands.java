package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs programs of PostgreSQL to their end. */
final class Commands {

    private static final int MOST_SECONDS = 60;

    private Commands() {}

    /**
     * @param log where its words go; a pipe would stay open for as long as a server that it starts lives
     * @throws PostgresUnavailableException with the last of its words if it fails
     */
    static void run(List<String> command, Path log) throws IOException {
        int code = codeOf(command, log);
        if (code != 0) {
            throw new PostgresUnavailableException(
                    "%s of the hub's own database failed: %s (all of it in %s)"
                            .formatted(nameOf(command), lastLineOf(log), log.toAbsolutePath()));
        }
    }

    static int codeOf(List<String> command, Path log) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        // Otherwise initdb compares all time zones with that of the machine
        builder.environment().put("TZ", "UTC");
        builder.redirectInput(ProcessBuilder.Redirect.PIPE);
        builder.redirectOutput(ProcessBuilder.Redirect.to(log.toFile()));
        Process process = builder.start();
        process.getOutputStream().close();
        try {
            if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new PostgresUnavailableException(
                        "%s of the hub's own database takes longer than %d s, see %s"
                                .formatted(nameOf(command), MOST_SECONDS, log.toAbsolutePath()));
            }
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
            throw new IOException("interrupted", e);
        }
    }

    private static String nameOf(List<String> command) {
        return command.stream()
                .filter(part -> part.contains("/bin/") || part.contains("\\bin\\"))
                .findFirst()
                .map(part -> Path.of(part).getFileName().toString())
                .orElse(command.getFirst());
    }

    private static String lastLineOf(Path log) throws IOException {
        return Files.readAllLines(log).stream()
                .filter(line -> !line.isBlank())
                .reduce((first, second) -> second)
                .orElse("it said nothing");
    }
}
