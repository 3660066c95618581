package org.coexhub.platform.settings;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;

/** Says a wrong setting in a line a person can act on, in place of a stack trace. */
final class SettingFaultAnalyzer implements FailureAnalyzer, Ordered {

    private final Faults faults = new Faults();
    private final Bindings bindings = new Bindings();

    @Override
    public FailureAnalysis analyze(Throwable failure) {
        FailureAnalysis fault = faults.analyze(failure);
        return fault != null ? fault : bindings.analyze(failure);
    }

    @Override
    public int getOrder() {
        return HIGHEST_PRECEDENCE;
    }

    private static final class Faults extends AbstractFailureAnalyzer<SettingFaultException> {
        @Override
        protected FailureAnalysis analyze(Throwable root, SettingFaultException fault) {
            return new FailureAnalysis(fault.getMessage(), null, fault);
        }
    }

    private static final class Bindings extends AbstractFailureAnalyzer<BindException> {
        @Override
        protected FailureAnalysis analyze(Throwable root, BindException fault) {
            return fault.getName().toString().startsWith("hub.")
                    ? new FailureAnalysis(String.join("\n", BindFault.words(fault)), null, fault)
                    : null;
        }
    }
}
