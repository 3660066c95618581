package org.coexhub.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.UUID;

/** An empty database in a real PostgreSQL server, which all tests of a run share; what it commits is on the disk. */
public final class StandalonePostgres implements AutoCloseable {

    private static final String ADMINISTRATOR = "postgres";

    private static EmbeddedPostgres durable;
    private static EmbeddedPostgres forgetful;

    private final EmbeddedPostgres server;
    private final String database = "hub" + UUID.randomUUID().toString().replace("-", "");

    public StandalonePostgres() throws IOException {
        this(durable());
    }

    private StandalonePostgres(EmbeddedPostgres server) throws IOException {
        this.server = server;
        administer("CREATE DATABASE " + database);
    }

    /** One that never waits for the disk, for what is measured and is not about databases. */
    public static StandalonePostgres forgetful() throws IOException {
        return new StandalonePostgres(forgetfulServer());
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/" + database;
    }

    public String user() {
        return ADMINISTRATOR;
    }

    @Override
    public void close() throws IOException {
        administer("DROP DATABASE " + database + " WITH (FORCE)");
    }

    private void administer(String sql) throws IOException {
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IOException("no database for a test: " + sql, e);
        }
    }

    private static synchronized EmbeddedPostgres durable() throws IOException {
        if (durable == null) {
            durable =
                    start(
                            EmbeddedPostgres.builder()
                                    .setServerConfig("fsync", "on")
                                    .setServerConfig("synchronous_commit", "on"));
        }
        return durable;
    }

    private static synchronized EmbeddedPostgres forgetfulServer() throws IOException {
        if (forgetful == null) {
            forgetful = start(EmbeddedPostgres.builder());
        }
        return forgetful;
    }

    private static EmbeddedPostgres start(EmbeddedPostgres.Builder builder) throws IOException {
        EmbeddedPostgres started = builder.setServerConfig("max_connections", "200").start();
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(started)));
        return started;
    }

    private static void stop(EmbeddedPostgres server) {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
