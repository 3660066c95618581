package org.coexhub.platform.settings;

import org.springframework.core.env.Environment;

/** The words for a system that a start does not reach: where it should be, and what it or the network said. */
public final class SystemAway {

    private SystemAway() {}

    /**
     * @param property the setting that leads there
     * @return the address, empty where none is set; without what stands behind a question mark or before an at sign, for
     *     that may be a password
     */
    public static String place(Environment environment, String property) {
        return environment
                .getProperty(property, "")
                .strip()
                .replaceAll("[?;].*", "")
                .replaceAll("//[^/@]*@", "//");
    }

    /** The first line of what was said. */
    public static String reason(Throwable failure) {
        return String.valueOf(failure.getMessage())
                .lines()
                .findFirst()
                .orElse("")
                .replaceAll("\\.$", "");
    }
}
