package org.coexhub.platform.settings;

import org.springframework.core.env.Environment;
import org.springframework.core.env.Profiles;

import java.util.Locale;

/**
 * The purposes that a hub's store can have. A store is marked with it, and a hub of the other purpose refuses the
 * store.
 */
public enum Purpose {
    PRODUCTION,
    SANDBOX;

    public static Purpose of(Environment environment) {
        return environment.acceptsProfiles(Profiles.of("sandbox")) ? SANDBOX : PRODUCTION;
    }

    /** Where its hub keeps its data unless it is told another place. */
    public String dataDirectory() {
        return this == SANDBOX ? "./sandbox-data" : "./data";
    }

    /** As it stands in marks. */
    public String mark() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What is done about a store that bears another mark. */
    public String remedy() {
        return this == SANDBOX
                ? "the sandbox needs a store of its own, which it may fill with inventions"
                : "what the sandbox made up must not reach real systems; give production another"
                        + " store";
    }
}
