package org.coexhub.sandbox;

import java.util.List;

/** The sandbox was asked to start beside settings that point at real systems. */
class RealSystemInSandboxException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    /** @param settings a sentence about each */
    RealSystemInSandboxException(List<String> settings) {
        super(
                "The sandbox does not start beside a real system, for its inventions could reach"
                        + " real customers.\n"
                        + String.join("\n", settings));
    }
}
