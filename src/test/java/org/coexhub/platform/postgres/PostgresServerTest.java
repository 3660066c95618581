package org.coexhub.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import org.coexhub.testing.ReadyDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** What the hub's own database keeps and survives: a stop, a kill of the hub, a kill of the database, a reused number. */
class PostgresServerTest {

    private static final int CONNECTIONS = 4;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir Path folder;

    private PostgresServer server;

    @BeforeEach
    void unpacked() {
        ReadyDatabase.programsInto(folder);
    }

    @AfterEach
    void stop() {
        if (server != null) {
            server.close();
        }
    }

    @Test
    void whatIsCommittedIsThereAfterAStopAndNoProcessIsLeft() throws Exception {
        server = PostgresServer.start(folder, CONNECTIONS);
        execute("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");
        Postmaster running = Postmaster.of(folder.resolve("cluster")).orElseThrow();
        assertThat(running.runs()).isTrue();

        server.close();

        assertThat(running.runs()).isFalse();
        assertThat(folder.resolve("cluster/postmaster.pid")).doesNotExist();
        server = PostgresServer.start(folder, CONNECTIONS);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void nothingIsDurableByHalf() throws Exception {
        server = PostgresServer.start(folder, CONNECTIONS);

        for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
            assertThat(show(setting)).as(setting).isEqualTo("on");
        }
        assertThat(show("data_checksums")).isEqualTo("on");
        assertThat(show("listen_addresses")).isEqualTo("127.0.0.1");
        assertThat(show("wal_segment_size")).isEqualTo("4MB");
        assertThatThrownBy(
                        () -> DriverManager.getConnection(server.url(), server.user(), "guessed"))
                .isInstanceOf(SQLException.class)
                .hasMessageContaining("password");
    }

    @Test
    void aKilledServerIsStartedAgainBesideTheHub() throws Exception {
        server = PostgresServer.start(folder, CONNECTIONS);
        execute("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");
        long pid = server.pid();
        String url = server.url();

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();

        await().atMost(PATIENCE).until(() -> server.pid() != pid);
        assertThat(server.url()).isEqualTo(url);
        assertThat(kept()).isEqualTo(1);
    }

    @Test
    void afterAKillADamagedIndexIsFoundAndBuiltAnew() throws Exception {
        server = PostgresServer.start(folder, CONNECTIONS);
        execute(
                "CREATE TABLE event_log (id text PRIMARY KEY)",
                "INSERT INTO event_log SELECT 'message:' || n FROM generate_series(1, 5000) n",
                "CREATE TABLE other (id int PRIMARY KEY)",
                "CHECKPOINT");
        Path index =
                folder.resolve("cluster")
                        .resolve(first("SELECT pg_relation_filepath('event_log_pkey')"));
        long pid = server.pid();
        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        await().atMost(PATIENCE).until(() -> server.pid() != pid);
        assertThat(new IndexCheck(server).progress().isDone()).isFalse();
        overwrite(index, 2 * 8192 + 4000, "damage".repeat(10).getBytes(StandardCharsets.US_ASCII));

        var check = new IndexCheck(server);
        check.run();

        assertThat(check.progress().isDone()).isTrue();
        assertThat(check.progress().rebuilt()).containsExactly("event_log_pkey");
        assertThat(first("SELECT count(*) FROM event_log WHERE id LIKE 'message:%'"))
                .isEqualTo("5000");
        assertThat(new IndexCheck(server).progress().isDone()).isTrue();
    }

    private static void overwrite(Path file, long at, byte[] bytes) throws Exception {
        try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(bytes), at);
        }
    }

    @Test
    void theNextHubTakesOverWhatAKilledOneLeft() throws Exception {
        Process killed = anotherHub();
        long pid;
        try (var words = killed.inputReader()) {
            pid = Long.parseLong(words.readLine());
            killed.destroyForcibly().waitFor();
        }
        assertThat(ProcessHandle.of(pid)).isPresent();

        server = PostgresServer.start(folder, CONNECTIONS);

        assertThat(server.pid()).isEqualTo(pid);
        assertThat(kept()).isEqualTo(1);
    }

    /** As a command that is broken off leaves it, which needs fewer than a hub. */
    @Test
    void aServerMadeForFewerConnectionsIsNotTakenOver() throws Exception {
        Process killed = anotherHub();
        long pid;
        try (var words = killed.inputReader()) {
            pid = Long.parseLong(words.readLine());
            killed.destroyForcibly().waitFor();
        }

        server = PostgresServer.start(folder, 2 * CONNECTIONS);

        assertThat(server.pid()).isNotEqualTo(pid);
        assertThat(kept()).isEqualTo(1);
    }

    /** Recovery lasts until the file {@code go} is there: as of a large backup, longer than a start waits. */
    @Test
    void aServerThatStillRecoversIsWaitedForAndNotStopped() throws Exception {
        server = PostgresServer.start(folder, CONNECTIONS);
        execute("CREATE TABLE kept (id int)", "INSERT INTO kept VALUES (1)");
        server.close();
        Path cluster = folder.resolve("cluster");
        Files.writeString(
                cluster.resolve("postgresql.conf"),
                "\n"
                        + "hot_standby = off\n"
                        + "restore_command = 'while [ ! -e go ]; do sleep 0.1; done; false'\n",
                StandardOpenOption.APPEND);
        Files.createFile(cluster.resolve("recovery.signal"));
        Process killed = anotherHub();
        await().atMost(PATIENCE).until(() -> Postmaster.of(cluster).isPresent());
        long pid = Postmaster.of(cluster).orElseThrow().pid();
        killed.destroyForcibly().waitFor();

        var next =
                CompletableFuture.supplyAsync(
                        () -> PostgresServer.start(folder, CONNECTIONS),
                        Thread::startVirtualThread);
        try {
            await().atMost(PATIENCE).until(() -> log().contains("is starting up"));
        } finally {
            Files.createFile(cluster.resolve("go"));
            server = next.join();
        }

        assertThat(server.pid()).isEqualTo(pid);
        assertThat(kept()).isEqualTo(1);
    }

    private String log() throws IOException {
        return Files.readString(folder.resolve("postgres.log"));
    }

    @Test
    void anotherHubOnTheSameFolderIsRefused() throws Exception {
        Process first = anotherHub();
        try (var words = first.inputReader()) {
            words.readLine();

            assertThatThrownBy(() -> PostgresServer.start(folder, CONNECTIONS))
                    .isInstanceOf(PostgresUnavailableException.class)
                    .hasMessageContaining("another hub uses the database there");
        } finally {
            first.destroyForcibly().waitFor();
        }
        server = PostgresServer.start(folder, CONNECTIONS);
    }

    @Test
    void aNumberThatAnotherProcessHasByNowDoesNotHinderTheStart() throws Exception {
        server = PostgresServer.start(folder, CONNECTIONS);
        server.close();
        long now = System.currentTimeMillis() / 1000 - 86_400;
        Files.writeString(
                folder.resolve("cluster/postmaster.pid"),
                "%d\n%s\n%d\n1\n\n127.0.0.1\n"
                        .formatted(ProcessHandle.current().pid(), folder.resolve("cluster"), now));

        server = PostgresServer.start(folder, CONNECTIONS);

        assertThat(show("fsync")).isEqualTo("on");
    }

    @Test
    void whatAKillLeftOfTheMakingIsMadeAnew() throws Exception {
        Files.delete(folder.resolve("postgresql-" + PostgresFiles.VERSION));
        Files.createDirectories(folder.resolve("cluster.new/base"));
        Files.writeString(folder.resolve("cluster.new/PG_VERSION"), "18");
        Files.createDirectories(folder.resolve("unpacking/bin"));

        server = PostgresServer.start(folder, CONNECTIONS);

        assertThat(show("fsync")).isEqualTo("on");
    }

    @Test
    void aStartThatNobodyWaitsForAnyMoreLeavesNoServer() throws Exception {
        PostgresStart.begin(folder, CONNECTIONS).abandon();

        assertThat(folder.resolve("cluster/PG_VERSION")).exists();
        assertThat(folder.resolve("cluster/postmaster.pid")).doesNotExist();
        server = PostgresStart.begin(folder, CONNECTIONS).server();
        assertThat(show("fsync")).isEqualTo("on");
    }

    @Test
    void aClusterOfAnotherMajorIsLeftAlone() throws Exception {
        Files.createDirectories(folder.resolve("cluster"));
        Files.writeString(folder.resolve("cluster/PG_VERSION"), "17\n");

        assertThatThrownBy(() -> PostgresServer.start(folder, CONNECTIONS))
                .isInstanceOf(PostgresUnavailableException.class)
                .hasMessageContaining("was made by PostgreSQL 17, and this hub brings 18");
    }

    /** Ordinary containers refuse user namespaces; the other ways are there wherever root is. */
    @Test
    void asRootEachWayToAnotherUserThatIsOpenHereWorks() throws Exception {
        Path own = Files.createTempDirectory("postgres");
        Files.setPosixFilePermissions(own, PosixFilePermissions.fromString("rwxr-xr-x"));
        try {
            Path program = PostgresFiles.in(own).program("postgres");
            if (!Files.getAttribute(own, "unix:uid").equals(0)) {
                assertThat(NotAsRoot.forThisMachine(program).prefix()).isEmpty();
                return;
            }
            int open = 0;
            for (NotAsRoot way : NotAsRoot.WAYS) {
                if (isOpen(way, program)) {
                    open++;
                    try (var one =
                            PostgresServer.start(
                                    own,
                                    PostgresServer.lock(own),
                                    PostgresFiles.in(own),
                                    way,
                                    CONNECTIONS)) {
                        assertThat(one.pid()).as(way.toString()).isPositive();
                    }
                }
            }
            assertThat(open).isPositive();
        } finally {
            Folders.delete(own);
        }
    }

    private static boolean isOpen(NotAsRoot way, Path program) throws IOException {
        try {
            return NotAsRoot.firstOf(List.of(way), program) == way;
        } catch (PostgresUnavailableException closed) {
            return false;
        }
    }

    @Test
    void theArchiveIsThatOfTheMachine() {
        assertThat(PostgresFiles.archiveFor("Linux", "aarch64"))
                .startsWith("postgres-linux-arm_64");
        assertThat(PostgresFiles.archiveFor("Mac OS X", "aarch64"))
                .isEqualTo("postgres-darwin-arm_64.txz");
        assertThat(PostgresFiles.archiveFor("Windows 11", "amd64"))
                .isEqualTo("postgres-windows-x86_64.txz");
    }

    private Process anotherHub() throws Exception {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        AnotherHub.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private void execute(String... statements) throws SQLException {
        try (var connection = connection();
                var statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    private int kept() throws SQLException {
        return Integer.parseInt(first("SELECT count(*) FROM kept"));
    }

    private String show(String setting) throws SQLException {
        return first("SHOW " + setting);
    }

    private String first(String sql) throws SQLException {
        try (var connection = connection();
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }

    private Connection connection() throws SQLException {
        return DriverManager.getConnection(server.url(), server.user(), server.password());
    }

    /** Starts the database of a folder, fills it, says its number and waits to be killed. */
    static final class AnotherHub {
        public static void main(String[] arguments) throws Exception {
            var server = PostgresServer.start(Path.of(arguments[0]), CONNECTIONS);
            try (var connection =
                            DriverManager.getConnection(
                                    server.url(), server.user(), server.password());
                    var statement = connection.createStatement()) {
                statement.execute("CREATE TABLE IF NOT EXISTS kept (id int)");
                statement.execute("INSERT INTO kept VALUES (1)");
            }
            System.out.println(server.pid());
            // Until it is killed, or whoever started it is gone
            System.in.read();
        }
    }
}
