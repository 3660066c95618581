package org.coexhub.platform.postgres;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;

/**
 * The files of the hub's own databases, made once: {@code cluster} and the password of its only user, both of no use to
 * anybody but this hub.
 */
final class PostgresCluster {

    static final String USER = "hub";

    private static final int PASSWORD_BYTES = 24;
    private static final String SETTINGS = "hub.conf";

    /** Of the write-ahead log; whoever commits first in a new one waits until it is filled with zeros. */
    private static final int SEGMENT_MEGABYTES = 4;

    private final Path folder;
    private final PostgresFiles files;
    private final NotAsRoot user;

    PostgresCluster(Path folder, PostgresFiles files, NotAsRoot user) {
        this.folder = folder;
        this.files = files;
        this.user = user;
    }

    Path path() {
        return folder.resolve(ClusterFiles.CLUSTER);
    }

    String password() throws IOException {
        return Files.readString(folder.resolve("password")).strip();
    }

    /** Makes it if there is none, and writes the settings of this version of the hub. */
    void prepare(int connections) throws IOException {
        if (Files.exists(path())) {
            refuseAnotherMajor();
        } else {
            create();
        }
        Files.writeString(path().resolve(SETTINGS), settings(connections));
        user.handOver(path());
        user.handOver(folder.resolve("password"));
    }

    private void create() throws IOException {
        Path half = folder.resolve("cluster.new");
        Folders.delete(half);
        Path password = folder.resolve("password");
        Files.deleteIfExists(password);
        Files.createFile(password);
        if (Files.getFileStore(password).supportsFileAttributeView("posix")) {
            Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(password, newPassword());
        Files.createDirectory(half);
        user.handOver(password);
        user.handOver(half);
        Commands.run(
                user.command(
                        List.of(
                                files.program("initdb").toString(),
                                "--pgdata=" + half.toAbsolutePath(),
                                "--username=" + USER,
                                "--pwfile=" + password.toAbsolutePath(),
                                "--auth=scram-sha-256",
                                "--encoding=UTF8",
                                "--locale-provider=builtin",
                                "--builtin-locale=C.UTF-8",
                                "--locale=C",
                                "--wal-segsize=" + SEGMENT_MEGABYTES,
                                // All is synced at once, below
                                "--no-sync",
                                "--no-instructions")),
                folder.resolve("initdb.log"));
        Files.writeString(
                half.resolve("postgresql.conf"),
                System.lineSeparator() + "include '" + SETTINGS + "'" + System.lineSeparator(),
                StandardOpenOption.APPEND);
        Folders.sync(password);
        // What a kill leaves of the making is thrown away next time.
        Folders.putInPlace(half, path());
    }

    /** Small, as safe as PostgreSQL can be, and quick to recover: at most 60 s or 256 MB are to be done again. */
    private static String settings(int connections) {
        return """
        # Written by the hub at each start
        listen_addresses = '127.0.0.1'
        unix_socket_directories = ''
        max_connections = %d
        superuser_reserved_connections = 2
        fsync = on
        synchronous_commit = on
        full_page_writes = on
        wal_level = replica
        max_wal_senders = 0
        shared_buffers = 64MB
        max_wal_size = 256MB
        checkpoint_timeout = 60s
        jit = off
        io_method = sync
        max_worker_processes = 4
        timezone = 'UTC'
        lc_messages = 'C'
        # What fails is told by the hub; PostgreSQL's own words may quote a customer
        log_min_messages = log
        log_min_error_statement = panic
        log_error_verbosity = terse
        log_checkpoints = off
        log_autovacuum_min_duration = -1
        log_timezone = 'UTC'
        """
                .formatted(connections);
    }

    private void refuseAnotherMajor() throws IOException {
        String made = Files.readString(path().resolve("PG_VERSION")).strip();
        String here = PostgresFiles.VERSION.substring(0, PostgresFiles.VERSION.indexOf('.'));
        if (!made.equals(here)) {
            throw new PostgresUnavailableException(
                    "The database in %s was made by PostgreSQL %s, and this hub brings %s: export it by the hub's version that made it, move the folder %s away, and import it by this one, see docs/how-to/move-to-another-database.md"
                            .formatted(
                                    path().toAbsolutePath(), made, here, folder.toAbsolutePath()));
        }
    }

    private static String newPassword() {
        byte[] bytes = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
