package org.coexhub.command;

import com.zaxxer.hikari.HikariDataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.flywaydb.core.Flyway;
import org.h2.jdbcx.JdbcConnectionPool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.UUID;

import javax.sql.DataSource;

/** Real databases with the hub's schema, each call a fresh one. */
public final class TestDatabase {

    private static EmbeddedPostgres server;

    private TestDatabase() {}

    public static DataSource h2() {
        String url =
                "jdbc:h2:mem:"
                        + UUID.randomUUID()
                        + ";MODE=PostgreSQL;DATABASE_TO_LOWER=TRUE"
                        + ";DEFAULT_NULL_ORDERING=HIGH;LOCK_TIMEOUT=10000;DB_CLOSE_DELAY=-1";
        return migrated(JdbcConnectionPool.create(url, "hub", ""), "BINARY LARGE OBJECT");
    }

    public static synchronized DataSource postgres() {
        try {
            if (server == null) {
                server =
                        EmbeddedPostgres.builder()
                                .setServerConfig("max_connections", "300")
                                .start();
                Runtime.getRuntime().addShutdownHook(new Thread(TestDatabase::stop));
            }
            String name = "t" + UUID.randomUUID().toString().replace("-", "");
            try (var connection = server.getPostgresDatabase().getConnection();
                    var statement = connection.createStatement()) {
                statement.execute("CREATE DATABASE " + name);
            }
            var pool = new HikariDataSource();
            pool.setDataSource(server.getDatabase("postgres", name));
            pool.setMaximumPoolSize(8);
            pool.setMinimumIdle(0);
            return migrated(pool, "BYTEA");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (java.sql.SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static DataSource migrated(DataSource database, String bytes) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .placeholders(Map.of("bytes", bytes))
                .load()
                .migrate();
        return database;
    }
}
