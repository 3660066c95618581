package org.coexhub.testing;

import org.coexhub.platform.postgres.PostgresServer;
import org.coexhub.platform.settings.DataDirectory;
import org.coexhub.platform.settings.Purpose;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.core.env.ConfigurableEnvironment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * The hub's own database with its schema, made once per test run and copied into the data directory of each hub that has
 * none: a first start would take two seconds more. First starts have tests of their own.
 */
public final class ReadyDatabase
        implements ApplicationContextInitializer<ConfigurableApplicationContext> {

    private static Path template;

    /** For hubs within the JVM of the tests; called after all settings are known and found right. */
    @Override
    public void initialize(ConfigurableApplicationContext context) {
        ConfigurableEnvironment environment = context.getEnvironment();
        if (environment.getProperty("hub.db.url", "").isBlank()) {
            // Tests give a path or its text.
            Object data = environment.getProperty("hub.data-dir", Object.class, "./data");
            into(Path.of(data.toString()), Purpose.of(environment));
        }
    }

    /** Does nothing if there is a database. */
    static void into(Path data, Purpose purpose) {
        Path target = data.resolve("postgres");
        if (Files.exists(target)) {
            return;
        }
        try {
            Path source = template();
            DataDirectory.claim(data, purpose);
            try (Stream<Path> all = Files.walk(source)) {
                for (Path each : all.toList()) {
                    Files.copy(each, target.resolve(source.relativize(each).toString()));
                }
            }
            link(target);
            Files.setPosixFilePermissions(
                    target.resolve("cluster"),
                    Files.getPosixFilePermissions(source.resolve("cluster")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * PostgreSQL's programs alone, for a database that a test makes itself: unpacking them takes longer than most tests.
     *
     * @param home folder of the database, made if it is not there
     */
    public static void programsInto(Path home) {
        try {
            Files.createDirectories(home);
            link(home);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void link(Path home) throws IOException {
        Path programs = programs(template().resolveSibling("server"));
        Files.createSymbolicLink(home.resolve(programs.getFileName()), programs);
    }

    private static synchronized Path template() throws IOException {
        if (template == null) {
            Path folder = Files.createTempDirectory(HubClasspath.FOLDER, "database");
            Path home = folder.resolve("server");
            try (var server = PostgresServer.start(home, 4)) {
                var database = new PGSimpleDataSource();
                database.setUrl(server.url());
                database.setUser(server.user());
                database.setPassword(server.password());
                TestDatabase.migrate(database);
            }
            Path ready = Files.createDirectory(folder.resolve("ready"));
            for (String part : List.of("cluster", "password")) {
                Files.move(home.resolve(part), ready.resolve(part));
            }
            template = ready;
        }
        return template;
    }

    private static Path programs(Path home) throws IOException {
        try (Stream<Path> parts = Files.list(home)) {
            return parts.filter(p -> p.getFileName().toString().startsWith("postgresql-"))
                    .findFirst()
                    .orElseThrow();
        }
    }
}
