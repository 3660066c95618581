package org.coexhub.platform.postgres;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * The PostgreSQL server that comes with the hub, as a process of its own on the loopback address.
 *
 * <p><b>Why it is detached.</b> A Ctrl-C reaches the hub first, which stops the server when nothing of the hub needs it any
 * more; and after a kill of the hub the server goes on, has nothing to recover, and is taken over by the next start. Whose
 * it is says the cluster's own file, and that it lets this cluster's password in.
 *
 * <p><b>Why one hub only.</b> A lock on a file in the folder is held for as long as the process lives; the system frees it
 * whatever ends the process.
 */
public final class PostgresServer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(PostgresServer.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final int SECONDS_TO_START = 50;
    private static final int SECONDS_TO_STOP = 8;

    /** After the stop, for the process itself. */
    private static final Duration TO_BE_GONE = Duration.ofSeconds(5);

    /** Between two words about a recovery. */
    private static final Duration TELL = Duration.ofSeconds(10);

    /** What PostgreSQL answers while it recovers or stops: admin_shutdown, crash_shutdown, cannot_connect_now. */
    private static final Set<String> STARTS_OR_ENDS = Set.of("57P01", "57P02", "57P03");

    /** For the administrator's own look, beside the pool's. */
    private static final int MORE_CONNECTIONS = 8;

    /** Lies in the folder for as long as its indexes are to be looked through. */
    static final String UNCHECKED = "unchecked";

    private final Path folder;
    private final FileLock lock;
    private final PostgresFiles files;
    private final NotAsRoot user;
    private final PostgresCluster cluster;
    private final Thread watch = Thread.ofVirtual().name("postgres-watch").unstarted(this::watch);
    private volatile Postmaster running;
    private volatile Runnable startedAgain = () -> {};
    private volatile boolean closed;

    private PostgresServer(Path folder, FileLock lock, PostgresFiles files, NotAsRoot user) {
        this.folder = folder;
        this.lock = lock;
        this.files = files;
        this.user = user;
        this.cluster = new PostgresCluster(folder, files, user);
    }

    /**
     * Starts the server on the cluster in the folder, both made if there are none, or takes over the one that runs there.
     *
     * @param folder of this server alone
     * @param connections how many the hub opens at most
     * @throws PostgresUnavailableException if another hub uses the folder, or the server cannot be started
     */
    public static PostgresServer start(Path folder, int connections) {
        try {
            Path home = Files.createDirectories(folder).toAbsolutePath();
            FileLock lock = lock(home);
            try {
                PostgresFiles files = PostgresFiles.in(home);
                NotAsRoot user = NotAsRoot.forThisMachine(files.program("postgres"));
                return start(home, lock, files, user, connections);
            } catch (IOException | RuntimeException e) {
                lock.channel().close();
                throw e;
            }
        } catch (IOException e) {
            throw new PostgresUnavailableException(
                    "The hub's own database in "
                            + folder.toAbsolutePath()
                            + " cannot be started: "
                            + e.getMessage(),
                    e);
        }
    }

    static PostgresServer start(
            Path folder, FileLock lock, PostgresFiles files, NotAsRoot user, int connections)
            throws IOException {
        var server = new PostgresServer(folder, lock, files, user);
        server.begin(connections);
        return server;
    }

    public String url() {
        return urlOf(running);
    }

    public String user() {
        return PostgresCluster.USER;
    }

    public String password() {
        try {
            return cluster.password();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path cluster() {
        return cluster.path();
    }

    /** Which PostgreSQL it is, such as 18.4.0. */
    public static String version() {
        return PostgresFiles.VERSION;
    }

    /** The process; another one after it ended by itself and was started again. */
    public long pid() {
        return running.pid();
    }

    /** The server of this cluster was killed or its machine died; indexes are looked through then. */
    boolean endedUncleanly() {
        return uncheckedMark().toFile().exists();
    }

    /** @param action what is to be done each time when the server has ended by itself and runs again */
    void whenStartedAgain(Runnable action) {
        startedAgain = action;
    }

    /** To be called when nothing is left to be looked through. */
    void isChecked() throws IOException {
        Files.deleteIfExists(uncheckedMark());
    }

    private Path uncheckedMark() {
        return folder.resolve(UNCHECKED);
    }

    @Override
    public void close() {
        closed = true;
        LockSupport.unpark(watch);
        try {
            watch.join();
            if (running.runs()) {
                stop("fast");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException | PostgresUnavailableException e) {
            LOG.warn("The hub's own database could not be stopped: {}", e.getMessage());
        } finally {
            release();
        }
    }

    private void release() {
        try {
            lock.channel().close();
        } catch (IOException e) {
            LOG.warn("The lock of the hub's own database stays: {}", e.getMessage());
        }
    }

    private void begin(int connections) throws IOException {
        cluster.prepare(connections + MORE_CONNECTIONS);
        Optional<Postmaster> found = Postmaster.of(cluster.path()).filter(Postmaster::runs);
        if (found.isPresent() && letsIn(found.get()) && holds(found.get(), connections)) {
            running = found.get();
            LOG.info("The hub's own database was running already and is taken over");
        } else {
            if (found.filter(Postmaster::runs).isPresent()) {
                stop("immediate");
            }
            launch(freePort());
        }
        watch.start();
    }

    private void launch(int port) throws IOException {
        if (Files.exists(cluster.path().resolve("postmaster.pid"))) {
            // A server that stops takes its file along.
            Files.writeString(uncheckedMark(), "");
        }
        Postmaster.forgetNumberOfTheDead(cluster.path());
        Path log = folder.resolve("postgres.log");
        if (!Files.exists(log)) {
            Files.createFile(log);
        }
        // Another user's than last time, where the way to one has changed.
        user.handOver(log);
        try {
            control(
                    folder,
                    files,
                    user,
                    "start",
                    "--wait",
                    "--timeout=" + SECONDS_TO_START,
                    "--log=" + log,
                    "--options=-p " + port);
        } catch (PostgresUnavailableException notYet) {
            awaitRecovery(notYet);
        }
        running =
                Postmaster.of(cluster.path())
                        .orElseThrow(() -> new IOException("it ended at once, see " + log));
    }

    /** A recovery takes as long as there is log to go through, as after a restore; stopping it would begin it anew. */
    private void awaitRecovery(PostgresUnavailableException notYet) throws IOException {
        Optional<Postmaster> started = Postmaster.of(cluster.path()).filter(Postmaster::runs);
        if (started.isEmpty() || !letsIn(started.get())) {
            throw notYet;
        }
    }

    private void stop(String mode) throws IOException {
        stop(folder, files, user, mode);
    }

    /** Comes back when the process is gone: {@code pg_ctl} is content when its file is, which goes a moment before. */
    static void stop(Path folder, PostgresFiles files, NotAsRoot user, String mode)
            throws IOException {
        Optional<Postmaster> server = Postmaster.of(folder.resolve(ClusterFiles.CLUSTER));
        control(
                folder,
                files,
                user,
                "stop",
                "--mode=" + mode,
                "--wait",
                "--timeout=" + SECONDS_TO_STOP);
        if (server.isPresent() && !server.get().endsWithin(TO_BE_GONE)) {
            LOG.warn(
                    "The hub's own database has stopped, but its process {} is still there",
                    server.get().pid());
        }
    }

    private static void control(
            Path folder, PostgresFiles files, NotAsRoot user, String action, String... options)
            throws IOException {
        var command =
                new ArrayList<>(
                        List.of(
                                files.program("pg_ctl").toString(),
                                action,
                                "--pgdata=" + folder.resolve(ClusterFiles.CLUSTER)));
        command.addAll(List.of(options));
        Commands.run(user.command(command), folder.resolve("pg_ctl.log"));
    }

    /** Starts it again when it ended by itself. */
    private void watch() {
        while (!closed) {
            LockSupport.parkNanos(LOOK.toNanos());
            if (!closed && !running.runs()) {
                try {
                    LOG.warn("The hub's own database has ended; it is started again");
                    launch(running.port());
                    startedAgain.run();
                } catch (IOException | RuntimeException e) {
                    // Whatever it is, the next look tries again.
                    LOG.warn("The hub's own database does not start: {}", e.toString());
                }
            }
        }
    }

    /** Waits for as long as the process says that it recovers, or that it ends. */
    private boolean letsIn(Postmaster server) throws IOException {
        long began = System.nanoTime();
        long told = began;
        Answer answer = ask(server);
        while (answer == Answer.NOT_NOW && server.runs() && !closed) {
            if (System.nanoTime() - told > TELL.toNanos()) {
                told = System.nanoTime();
                LOG.info(
                        "The hub's own database recovers, for {} s by now; how far it is, says {}",
                        Duration.ofNanos(told - began).toSeconds(),
                        folder.resolve("postgres.log"));
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted");
            }
            answer = ask(server);
        }
        return answer == Answer.IN;
    }

    /** What a command that was broken off has left running may be made for fewer connections than a hub needs. */
    private boolean holds(Postmaster server, int connections) throws IOException {
        try (var connection = connectionTo(server);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW max_connections")) {
            return row.next() && row.getInt(1) >= connections + MORE_CONNECTIONS;
        } catch (SQLException full) {
            return false;
        }
    }

    private enum Answer {
        IN,
        NOT_NOW,
        NO
    }

    private Answer ask(Postmaster server) throws IOException {
        try (var connection = connectionTo(server);
                var statement = connection.createStatement();
                var row = statement.executeQuery("SHOW data_directory")) {
            return row.next() && Files.isSameFile(Path.of(row.getString(1)), cluster.path())
                    ? Answer.IN
                    : Answer.NO;
        } catch (SQLException refused) {
            return STARTS_OR_ENDS.contains(refused.getSQLState()) ? Answer.NOT_NOW : Answer.NO;
        }
    }

    private Connection connectionTo(Postmaster server) throws IOException, SQLException {
        return DriverManager.getConnection(
                urlOf(server) + "?connectTimeout=5&socketTimeout=5",
                PostgresCluster.USER,
                cluster.password());
    }

    private static String urlOf(Postmaster server) {
        return "jdbc:postgresql://127.0.0.1:" + server.port() + "/postgres";
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
            return socket.getLocalPort();
        }
    }

    static FileLock lock(Path folder) throws IOException {
        FileChannel channel =
                FileChannel.open(
                        folder.resolve("lock"),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return lock;
            }
        } catch (OverlappingFileLockException inThisProcess) {
            // As if it were another's
        }
        channel.close();
        throw new PostgresUnavailableException(
                "HUB_DATA_DIR (hub.data-dir): another hub uses the database there; stop it, or give"
                        + " this one a folder of its own, e.g. ./data");
    }
}
