package org.coexhub.platform.export;

import org.coexhub.platform.postgres.ClusterFiles;
import org.coexhub.platform.postgres.PostgresServer;
import org.postgresql.ds.PGSimpleDataSource;

import java.nio.file.Path;

import javax.sql.DataSource;

/** The database of an export or import: the hub's own, started for it and stopped after it, or the one that is named. */
final class CommandDatabase implements AutoCloseable {

    private static final int CONNECTIONS = 4;

    private final String name;
    private final PGSimpleDataSource source;
    private final PostgresServer server;

    private CommandDatabase(String name, PGSimpleDataSource source, PostgresServer server) {
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

    private static PGSimpleDataSource source(String url, String user, String password) {
        var source = new PGSimpleDataSource();
        source.setUrl(url);
        if (!user.isBlank()) {
            source.setUser(user);
            source.setPassword(password);
        }
        source.setApplicationName(OtherSessions.OWN_NAME);
        // As in the hub: an error's detail is a row, and so a customer's words.
        source.setLogServerErrorDetail(false);
        source.setTcpKeepAlive(true);
        return source;
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
