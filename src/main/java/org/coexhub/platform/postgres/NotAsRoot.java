package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The way in which a hub that runs as root runs programs of PostgreSQL, which refuse to run as root.
 *
 * @param prefix what stands before the command; empty where the hub is not root
 * @param owner the user whom the files must belong to; negative: as they are
 */
record NotAsRoot(List<String> prefix, int owner) {

    private static final int NOBODY = 65_534;
    private static final int SECONDS_TO_ANSWER = 10;

    /**
     * In order of preference. In a user namespace the programs keep access to folders that only root may enter; ordinary
     * containers refuse one. The others become a user without rights, whose way to the folder must be open.
     */
    static final List<NotAsRoot> WAYS =
            List.of(
                    new NotAsRoot(List.of("unshare", "--user"), -1),
                    new NotAsRoot(
                            List.of(
                                    "setpriv",
                                    "--reuid=" + NOBODY,
                                    "--regid=" + NOBODY,
                                    "--clear-groups"),
                            NOBODY),
                    new NotAsRoot(
                            List.of("chroot", "--userspec=" + NOBODY + ":" + NOBODY, "/"), NOBODY));

    /** @param program one that the way found must be able to start */
    static NotAsRoot forThisMachine(Path program) throws IOException {
        if (!answer(List.of("id", "-u")).equals("0")) {
            return new NotAsRoot(List.of(), -1);
        }
        return firstOf(WAYS, program);
    }

    static NotAsRoot firstOf(List<NotAsRoot> ways, Path program) throws IOException {
        for (NotAsRoot way : ways) {
            if (!answer(way.command(List.of(program.toString(), "--version"))).isEmpty()
                    && !answer(way.command(List.of("id", "-u"))).equals("0")) {
                return way;
            }
        }
        throw new PostgresUnavailableException(
                "PostgreSQL does not run as root, and neither a user namespace nor setpriv nor"
                        + " chroot works here for "
                        + program
                        + ": run the hub as an ordinary user who may write into HUB_DATA_DIR"
                        + " (hub.data-dir), or set HUB_DB_URL (hub.db.url), e.g."
                        + " jdbc:postgresql://db:5432/hub");
    }

    List<String> command(List<String> command) {
        return Stream.concat(prefix.stream(), command.stream()).toList();
    }

    /** Gives a folder or file and all below it to the user. */
    void handOver(Path path) throws IOException {
        if (owner < 0) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path each : all.toList()) {
                Files.setAttribute(each, "unix:uid", owner);
                Files.setAttribute(each, "unix:gid", owner);
            }
        }
    }

    /** @return the first line that the command prints; empty if it does not work */
    private static String answer(List<String> command) throws IOException {
        try {
            Process process =
                    new ProcessBuilder(command)
                            .redirectError(ProcessBuilder.Redirect.DISCARD)
                            .start();
            String line;
            try (var output = process.inputReader()) {
                line = output.readLine();
            }
            boolean ended = process.waitFor(SECONDS_TO_ANSWER, TimeUnit.SECONDS);
            return ended && process.exitValue() == 0 && line != null ? line.strip() : "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } catch (IOException noSuchProgram) {
            return "";
        }
    }
}
