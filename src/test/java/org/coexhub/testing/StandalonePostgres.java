package org.coexhub.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.sql.SQLException;
import java.util.UUID;

/** An empty database in a real PostgreSQL server that keeps what it commits; all tests of a run share the server. */
public final class StandalonePostgres implements AutoCloseable {

    private static final String ADMINISTRATOR = "postgres";

    private static EmbeddedPostgres server;

    private final String database = "hub" + UUID.randomUUID().toString().replace("-", "");

    public StandalonePostgres() throws IOException {
        administer("CREATE DATABASE " + database);
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

    private static synchronized void administer(String sql) throws IOException {
        if (server == null) {
            server =
                    EmbeddedPostgres.builder()
                            .setServerConfig("max_connections", "200")
                            .setServerConfig("fsync", "on")
                            .setServerConfig("synchronous_commit", "on")
                            .start();
            Runtime.getRuntime().addShutdownHook(new Thread(StandalonePostgres::stop));
        }
        try (var connection = server.getPostgresDatabase().getConnection();
                var statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IOException("no database for a test: " + sql, e);
        }
    }

    private static void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
