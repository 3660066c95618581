package org.coexhub.outbound.bulk;

import org.springframework.jdbc.datasource.DelegatingDataSource;

import java.sql.Connection;
import java.sql.SQLException;

import javax.sql.DataSource;

/** A database that gives so many connections, and none after: the process has died then. */
final class DyingDatabase extends DelegatingDataSource {

    private int left;

    DyingDatabase(DataSource database, int connections) {
        super(database);
        this.left = connections;
    }

    static final class Killed extends Error {}

    @Override
    public Connection getConnection() throws SQLException {
        if (left == 0) {
            throw new Killed();
        }
        left--;
        return super.getConnection();
    }
}
