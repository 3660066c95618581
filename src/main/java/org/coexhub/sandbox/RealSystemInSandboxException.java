package org.coexhub.sandbox;

/** The sandbox was asked to start beside a setting that points at a real system. */
class RealSystemInSandboxException extends IllegalStateException {
    private static final long serialVersionUID = 1L;

    RealSystemInSandboxException(String setting) {
        super(
                "The sandbox does not start while "
                        + SandboxEnvironment.variableFor(setting)
                        + " ("
                        + setting
                        + ") is set: its messages could reach real customers. Unset it, or start"
                        + " without the profile sandbox.");
    }
}
