package org.coexhub.platform.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;

import org.coexhub.platform.broker.Broker;
import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.testing.ReadyDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

import java.nio.file.Path;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A backup of a broker and a database that run, without the rest of a hub. */
class BackupOfARunningPairTest {

    @TempDir Path folder;

    @Test
    void itsMomentIsAfterTheEndOfTheDatabasesBackup() throws Exception {
        Path data = folder.resolve("data");
        ReadyDatabase.programsInto(data.resolve("postgres"));
        Class<?> configuration =
                Class.forName(Broker.class.getPackageName() + ".BrokerConfiguration");
        List<String> last = new ArrayList<>();
        new ApplicationContextRunner()
                .withUserConfiguration(configuration)
                .withBean(DataDirectory.class, () -> new DataDirectory(data))
                .withBean(SimpleMeterRegistry.class)
                .withBean(
                        PostgresServer.class,
                        () -> PostgresServer.start(data.resolve("postgres"), 4))
                .run(
                        context -> {
                            PostgresServer server = context.getBean(PostgresServer.class);
                            new Backup(
                                            data,
                                            90,
                                            () -> {
                                                last.add(lastStatementOfTheBackup(server));
                                                return Instant.now();
                                            })
                                    .ofRunningHub(
                                            folder.resolve("backup"),
                                            context.getBean(Broker.class),
                                            server);
                        });

        assertThat(last).singleElement().asString().contains("pg_backup_stop");
        assertThat(folder.resolve("backup/manifest.json")).exists();
    }

    private static String lastStatementOfTheBackup(PostgresServer server) {
        try (var connection =
                        DriverManager.getConnection(
                                server.url(), server.user(), server.password());
                var statement = connection.createStatement();
                var row =
                        statement.executeQuery(
                                "SELECT query FROM pg_stat_activity WHERE datname = 'postgres'"
                                        + " AND pid <> pg_backend_pid()")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }
}
