package org.coexhub.platform.export;

import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresServer;
import org.postgresql.PGProperty;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import java.nio.file.Path;
import java.util.Properties;

import javax.sql.DataSource;

/** The database of an export or import: the hub's own, started for it and stopped after it, or the one that is named. */
final class CommandDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 4;

    private final String name;
    private final DataSource source;
    private final PostgresServer server;

    private CommandDatabase(String name, DataSource source, PostgresServer server) {
        this.name = name;
        this.source = source;
        this.server = server;
    }

    /**
     * The hub's own.
     *
     * @throws org.coexhub.platform.postgres.PostgresUnavailableException a hub uses it, or it does not start
     */
    static CommandDatabase own(Path data) {
        PostgresServer server =
                PostgresServer.start(data.resolve(ClusterFiles.FOLDER), CONNECTIONS);
        return new CommandDatabase(
                "the hub's own database in " + data,
                source(server.url(), server.user(), server.password()),
                server);
    }

    /** @param name what it is called in sentences */
    static CommandDatabase at(String name, String url, String user, String password) {
        return new CommandDatabase(name, source(url, user, password), null);
    }

    /**
     * By the driver and its address: that of the driver's own {@code DataSource} names every property, and Flyway, which hides
     * passwords in it before each step, then needs up to a second for that.
     */
    private static DataSource source(String url, String user, String password) {
        var properties = new Properties();
        if (!user.isBlank()) {
            PGProperty.USER.set(properties, user);
            PGProperty.PASSWORD.set(properties, password);
        }
        PGProperty.APPLICATION_NAME.set(properties, OtherSessions.OWN_NAME);
        // As in the hub: an error's detail is a row, and so a customer's words.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        return new DriverManagerDataSource(url, properties);
    }

    String name() {
        return name;
    }

    DataSource source() {
        return source;
    }

    /** Nobody else can use it: its lock is held. */
    boolean isLocked() {
        return server != null;
    }

    @Override
    public void close() {
        if (server != null) {
            server.close();
        }
    }
}
