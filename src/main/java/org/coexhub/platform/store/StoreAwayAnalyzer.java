package org.coexhub.platform.store;

import org.coexhub.platform.postgres.PostgresUnavailableException;
import org.coexhub.platform.settings.SystemAway;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;
import org.springframework.core.env.Environment;

import java.sql.SQLException;

/** Says in a line that the database is away or lets the hub not in, in place of a stack trace. */
final class StoreAwayAnalyzer implements FailureAnalyzer, Ordered {

    private final Environment environment;

    StoreAwayAnalyzer(Environment environment) {
        this.environment = environment;
    }

    /** The innermost one that the database itself gave a state; what wraps it says less. */
    @Override
    public FailureAnalysis analyze(Throwable failure) {
        FailureAnalysis found = null;
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof PostgresUnavailableException) {
                return new FailureAnalysis(cause.getMessage(), null, cause);
            }
            if (cause instanceof SQLException fault && fault.getSQLState() != null) {
                String said = said(fault, fault.getSQLState());
                found = said == null ? found : new FailureAnalysis(said, null, fault);
            }
        }
        return found;
    }

    /** Classes of SQLSTATE: 08 connection, 28 authorization, 3D no such database, 53 resources, 57 shutting down. */
    private String said(SQLException fault, String state) {
        String place = SystemAway.place(environment, "hub.db.url");
        if (place.isEmpty()) {
            return null;
        }
        String words =
                switch (state.substring(0, Math.min(2, state.length()))) {
                    case "08" ->
                            "HUB_DB_URL (hub.db.url): the database at %s cannot be reached: %s. Is"
                                    + " it running, and is the address right, e.g."
                                    + " jdbc:postgresql://db:5432/hub?";
                    case "28" ->
                            "HUB_DB_USER, HUB_DB_PASSWORD (hub.db.user, hub.db.password): the"
                                    + " database at %s does not let this user in: %s";
                    case "3D" ->
                            "HUB_DB_URL (hub.db.url): there is no such database at %s: %s. Make it,"
                                    + " e.g. by createdb hub";
                    case "53", "57" ->
                            "HUB_DB_URL (hub.db.url): the database at %s takes no connection now:"
                                    + " %s";
                    default -> null;
                };
        return words == null ? null : words.formatted(place, SystemAway.reason(fault));
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }
}
