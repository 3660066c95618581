package org.coexhub.testing;

import com.zaxxer.hikari.HikariDataSource;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;

import org.flywaydb.core.Flyway;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DelegatingDataSource;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.ref.Cleaner;
import java.util.UUID;

import javax.sql.DataSource;

/**
 * Real databases with the hub's schema, each call a fresh one. A database ends when no test holds it any more, so that
 * a long run of tests fills neither the heap nor the server.
 */
public final class TestDatabase {

    private static final String TEMPLATE = "hub_template";
    private static final Cleaner CLEANER = Cleaner.create();

    private static EmbeddedPostgres server;

    private TestDatabase() {}

    public static synchronized DataSource postgres() {
        try {
            if (server == null) {
                server = started();
            }
            String name = "t" + UUID.randomUUID().toString().replace("-", "");
            administer("CREATE DATABASE " + name + " TEMPLATE " + TEMPLATE);
            var pool = new HikariDataSource();
            pool.setDataSource(server.getDatabase("postgres", name));
            pool.setMaximumPoolSize(8);
            pool.setMinimumIdle(0);
            pool.setIdleTimeout(10_000);
            return untilForgotten(pool, pool::close);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static EmbeddedPostgres started() throws IOException {
        // How often a pool looks for idle connections; 30 seconds otherwise.
        System.setProperty("com.zaxxer.hikari.housekeeping.periodMs", "2000");
        server = EmbeddedPostgres.builder().setServerConfig("max_connections", "500").start();
        Runtime.getRuntime().addShutdownHook(new Thread(TestDatabase::stop));
        administer("CREATE DATABASE " + TEMPLATE);
        migrate(server.getDatabase("postgres", TEMPLATE));
        return server;
    }

    private static void administer(String sql) {
        new JdbcTemplate(server.getPostgresDatabase()).execute(sql);
    }

    private static void stop() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The action must not refer to what is returned. */
    private static DataSource untilForgotten(DataSource pool, Runnable end) {
        var database = new DelegatingDataSource(pool);
        CLEANER.register(database, end);
        return database;
    }

    /** Gives an empty database the hub's schema. */
    public static void migrate(DataSource database) {
        Flyway.configure()
                .dataSource(database)
                .locations("classpath:db/migration")
                .load()
                .migrate();
    }
}
