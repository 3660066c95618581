package org.coexhub.platform.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.CommandArguments;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.Purpose;
import org.coexhub.platform.settings.SettingFaultException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Optional;

/** What backup and restore take, what they refuse, and what they leave alone; on files that look like a hub's. */
class BackupAtRestTest {

    private static final String CLUSTER = "postgres/cluster/";

    @TempDir Path folder;

    private Path data;
    private Path backup;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();

    @BeforeEach
    void aHubThatDoesNotRun() throws IOException {
        data = folder.resolve("data");
        backup = folder.resolve("backup");
        write("purpose", "production");
        write(CLUSTER + "PG_VERSION", "18");
        write(CLUSTER + "global/pg_control", "control");
        write(CLUSTER + "base/1/1259", "x".repeat(3_000_000));
        write(CLUSTER + "pg_wal/000000010000000000000001", "log");
        write(CLUSTER + "pg_replslot/left/state", "of the run");
        write(CLUSTER + "postmaster.opts", "of the run");
        Files.createDirectories(data.resolve(CLUSTER + "pg_tblspc"));
        write("postgres/password", "secret");
        write("postgres/postgres.log", "words");
        write("postgres/postgresql-18.4.0/bin/postgres", "program");
        write("broker/journal/activemq-data-1.amq", "journal");
        write("broker/journal/server.lock", "lock");
        write("broker/paging/1/000000001.page", "page");
        write("broker/backup/large/7.msg", "left by a kill");
        write("media/ab/cd", "picture");
    }

    @Test
    void everythingAHubNeedsComesBackAndNothingOfItsRun() throws IOException {
        assertThat(run("backup")).isZero();
        moveAway();

        assertThat(run("restore")).isZero();

        assertThat(data.resolve(CLUSTER + "base/1/1259")).hasSize(3_000_000);
        for (String file :
                new String[] {
                    "purpose",
                    CLUSTER + "global/pg_control",
                    CLUSTER + "pg_wal/000000010000000000000001",
                    "broker/journal/activemq-data-1.amq",
                    "broker/paging/1/000000001.page",
                    "media/ab/cd"
                }) {
            assertThat(data.resolve(file))
                    .as(file)
                    .hasSameBinaryContentAs(folder.resolve("away").resolve(file));
        }
        assertThat(data.resolve(CLUSTER + "pg_tblspc")).isEmptyDirectory();
        for (String none :
                new String[] {
                    CLUSTER + "postmaster.opts",
                    CLUSTER + "pg_replslot/left",
                    "postgres/postgres.log",
                    "postgres/postgresql-18.4.0",
                    "broker/journal/server.lock",
                    "broker/backup",
                    "restoring"
                }) {
            assertThat(data.resolve(none)).as(none).doesNotExist();
        }
        assertThat(data.resolve("postgres/unchecked"))
                .as("indexes are looked through by the first start")
                .exists();
        assertThat(RestoredMark.in(data)).as("sending is held").isPresent();
        assertThat(
                        PosixFilePermissions.toString(
                                Files.getPosixFilePermissions(data.resolve(CLUSTER))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(backup)))
                .as("customers' words are for nobody else")
                .isEqualTo("rwx------");
    }

    @Test
    void aBackupIsWrittenIntoAnEmptyFolderOutsideOnly() throws IOException {
        Files.createDirectories(backup);
        assertThat(run("backup")).isZero();

        assertThat(run("backup")).isOne();
        assertThat(said.toString()).contains("is not empty");
        assertThat(run("backup", data.resolve("media/backup"))).isOne();
        assertThat(said.toString()).contains("inside of the data directory");
    }

    @Test
    void aLinkIntoTheDataDirectoryIsInsideOfIt() throws IOException {
        Path link = Files.createSymbolicLink(folder.resolve("link"), data.resolve("media"));

        assertThat(run("backup", link.resolve("new/backup"))).isOne();

        assertThat(said.toString()).contains("inside of the data directory");
        assertThat(data.resolve("media/new")).doesNotExist();
    }

    @Test
    void theRootIsNoFolderForABackup() {
        assertThat(run("backup", Path.of("/"))).isOne();

        assertThat(said.toString()).contains("give a new folder in it");
    }

    @Test
    void halfARestoreIsNotBackedUp() throws IOException {
        DataDirectory.beginRestore(data);

        assertThat(run("backup")).isOne();

        assertThat(said.toString()).contains("a restore into").contains("has not ended");
        assertThat(backup).doesNotExist();
    }

    @Test
    void itLooksWhereTheHubWithTheSameSettingsKeepsItsData() {
        assertThat(dataOf()).isEqualTo(Path.of("./data"));
        assertThat(dataOf("--hub.data-dir=/var/hub")).isEqualTo(Path.of("/var/hub"));
        assertThat(dataOf("--spring.profiles.active=sandbox")).isEqualTo(Path.of("./sandbox-data"));
        assertThat(dataOf("--spring.application.json={\"hub\":{\"data-dir\":\"/json\"}}"))
                .isEqualTo(Path.of("/json"));
    }

    private static Path dataOf(String... arguments) {
        return CommandArguments.of(arguments).dataDirectory();
    }

    @Test
    void bothSentencesNameTheDataDirectory() throws IOException {
        run("backup");
        assertThat(said.toString()).contains("Backup of " + data);
        moveAway();

        run("restore");

        assertThat(said.toString()).contains("into " + data);
    }

    @Test
    void aFolderWithoutAHubsDataIsNoneToBackUp() throws IOException {
        moveAway();

        assertThat(run("backup")).isOne();
        assertThat(said.toString()).contains("HUB_DATA_DIR").contains("holds no hub's data");
        assertThat(backup).doesNotExist();
    }

    @Test
    void aHubWithAnotherDatabaseIsToldWhereToRead() {
        var command = new BackupCommand(data, 90, Optional.of(BackupCommand.NOT_THE_PAIR));

        assertThat(command.run("backup", backup, stream(), stream())).isOne();
        assertThat(said.toString()).contains("HUB_DB_URL").contains("back-up-and-restore.md");
    }

    @Nested
    class ARestoreIsRefused {

        @BeforeEach
        void aBackup() throws IOException {
            assertThat(run("backup")).isZero();
        }

        @Test
        void whereThereIsData() {
            assertThat(run("restore")).isOne();
            assertThat(said.toString()).contains("move it away, e.g. mv " + data);
        }

        @Test
        void whereAHubRuns() throws IOException {
            try (var lock =
                    FileChannel.open(
                            data.resolve("postgres/lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE)) {
                lock.lock();
                assertThat(run("restore")).isOne();
            }
            assertThat(said.toString()).contains("a hub runs on").contains("stop it");
        }

        @Test
        void ofHalfABackup() throws IOException {
            moveAway();
            Files.delete(backup.resolve("manifest.json"));

            assertThat(run("restore")).isOne();
            assertThat(said.toString()).contains("no whole backup");
            assertThat(data).doesNotExist();
        }

        @Test
        void ofADamagedList() throws IOException {
            moveAway();
            Path list = backup.resolve("manifest.json");
            String text = Files.readString(list);
            Files.writeString(list, text.substring(0, text.length() / 2));

            assertThat(run("restore")).isOne();
            assertThat(said.toString()).contains("damaged");
        }

        @Test
        void ofADamagedFile() throws IOException {
            moveAway();
            try (var file =
                    FileChannel.open(
                            backup.resolve("data/" + CLUSTER + "base/1/1259"),
                            StandardOpenOption.WRITE)) {
                file.write(StandardCharsets.UTF_8.encode("y"), 2_000_000);
            }

            assertThat(run("restore")).isOne();
            assertThat(said.toString()).contains("damaged").contains("1259");
            assertThat(data).doesNotExist();
        }

        @Test
        void ofAMissingFile() throws IOException {
            moveAway();
            Files.delete(backup.resolve("data/media/ab/cd"));

            assertThat(run("restore")).isOne();
            assertThat(said.toString()).contains("not whole").contains("cd is missing");
        }

        @Test
        void ofAnotherMajorOfPostgres() throws IOException {
            moveAway();
            Path list = backup.resolve("manifest.json");
            Files.writeString(
                    list,
                    Files.readString(list)
                            .replace('"' + PostgresServer.version() + '"', "\"17.2.0\""));

            assertThat(run("restore")).isOne();
            assertThat(said.toString()).contains("is of PostgreSQL 17");
        }
    }

    @Test
    void noHubStartsOnHalfARestore() throws IOException {
        DataDirectory.beginRestore(data);

        assertThatThrownBy(() -> DataDirectory.claim(data, Purpose.PRODUCTION))
                .isInstanceOf(SettingFaultException.class)
                .hasMessageContaining("restore again");
    }

    private int run(String word) {
        return run(word, backup);
    }

    private int run(String word, Path other) {
        return new BackupCommand(data, 90, Optional.empty()).run(word, other, stream(), stream());
    }

    private PrintStream stream() {
        return new PrintStream(said, true, StandardCharsets.UTF_8);
    }

    private void moveAway() throws IOException {
        Files.move(data, folder.resolve("away"));
    }

    private void write(String name, String content) throws IOException {
        Path file = data.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, content);
    }
}
