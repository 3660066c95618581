package org.coexhub.sandbox;

import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Turns the refusal into one readable line instead of a stack trace. */
class RealSystemInSandboxAnalyzer extends AbstractFailureAnalyzer<RealSystemInSandboxException> {

    @Override
    protected FailureAnalysis analyze(Throwable rootFailure, RealSystemInSandboxException cause) {
        return new FailureAnalysis(
                cause.getMessage(), "Unset them, or start without the profile sandbox.", cause);
    }
}
