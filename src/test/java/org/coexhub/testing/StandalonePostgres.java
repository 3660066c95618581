package org.coexhub.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import java.io.IOException;

/** A real PostgreSQL server on a port of its own, with an empty database. */
public final class StandalonePostgres implements AutoCloseable {

    private final EmbeddedPostgres server;

    public StandalonePostgres() throws IOException {
        server =
                EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "60")
                        .setServerConfig("fsync", "on")
                        .setServerConfig("synchronous_commit", "on")
                        .start();
    }

    public String url() {
        return "jdbc:postgresql://127.0.0.1:" + server.getPort() + "/postgres";
    }

    public String user() {
        return "postgres";
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
