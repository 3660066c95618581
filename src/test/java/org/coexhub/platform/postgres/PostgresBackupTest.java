package org.coexhub.platform.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.coexhub.testing.ReadyDatabase;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** What a backup of the hub's own database asks of it, and that neither part of it is missing unnoticed. */
class PostgresBackupTest {

    @TempDir Path folder;

    private PostgresServer server;

    @BeforeEach
    void start() {
        ReadyDatabase.programsInto(folder);
        server = PostgresServer.start(folder, 4);
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void aMissingSegmentOfTheLogIsNoticed() throws Exception {
        try (var backup = new PostgresBackup(server)) {
            for (int segment = 0; segment < 3; segment++) {
                ask("SELECT pg_logical_emit_message(true, 'test', 'x')");
                ask("SELECT pg_switch_wal()");
            }
            backup.end();
            List<Path> log = backup.log();
            assertThat(log).hasSizeGreaterThan(3).isSorted();

            Files.delete(log.get(1));

            assertThatThrownBy(backup::log)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(log.get(1).getFileName().toString());
        }
    }

    @Test
    void aDatabaseThatHangsAtTheEndIsNotWaitedFor() throws Exception {
        try (var backup = new PostgresBackup(server, Duration.ofMillis(200))) {
            String process =
                    ask(
                            "SELECT pid FROM pg_stat_activity"
                                    + " WHERE query LIKE 'SET statement_timeout%'");
            signal("STOP", process);
            try {
                assertThatThrownBy(backup::end).isInstanceOf(SQLException.class);
            } finally {
                signal("CONT", process);
            }
        }
    }

    private static void signal(String name, String process) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, process).start().waitFor()).isZero();
    }

    private String ask(String sql) throws SQLException {
        try (var connection =
                        DriverManager.getConnection(
                                server.url(), server.user(), server.password());
                var statement = connection.createStatement();
                var row = statement.executeQuery(sql)) {
            row.next();
            return row.getString(1);
        }
    }
}
