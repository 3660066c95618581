package org.coexhub.platform.export;

import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.configuration.FluentConfiguration;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

import javax.sql.DataSource;

/**
 * The migrations that this hub knows, and how far a database is with them.
 *
 * @param locations where they lie
 */
record Migrations(DataSource database, List<String> locations) {

    /** @return the version of the last one that the database has had; empty if it has had none */
    Optional<String> applied() {
        return Optional.ofNullable(configured().load().info().current())
                .map(last -> String.valueOf(last.getVersion()));
    }

    boolean know(String version) {
        return Arrays.stream(configured().load().info().all())
                .filter(migration -> migration.getState().isResolved())
                .anyMatch(migration -> version.equals(String.valueOf(migration.getVersion())));
    }

    /** Makes the schema of this version, and not a later one. */
    void migrateTo(String version) {
        configured().target(version).load().migrate();
    }

    private FluentConfiguration configured() {
        return Flyway.configure().dataSource(database).locations(locations.toArray(String[]::new));
    }
}
