package org.coexhub;

import org.springframework.boot.context.properties.bind.BindException;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;
import org.springframework.boot.diagnostics.FailureAnalyzer;
import org.springframework.core.Ordered;

import java.util.Locale;

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

    private static final class Faults extends AbstractFailureAnalyzer<SettingFault> {
        @Override
        protected FailureAnalysis analyze(Throwable root, SettingFault fault) {
            return new FailureAnalysis(fault.getMessage(), null, fault);
        }
    }

    private static final class Bindings extends AbstractFailureAnalyzer<BindException> {
        @Override
        protected FailureAnalysis analyze(Throwable root, BindException fault) {
            String property = fault.getName().toString();
            if (!property.startsWith("hub.")) {
                return null;
            }
            String variable = property.toUpperCase(Locale.ROOT).replace('.', '_').replace("-", "_");
            String type = fault.getTarget().getType().toClass().getSimpleName();
            return new FailureAnalysis(
                    variable + " (" + property + ") is not a usable " + example(type), null, fault);
        }

        private static String example(String type) {
            return switch (type) {
                case "Duration" ->
                        "time span; write a number and a unit, for example 30s, 12h or 180d";
                case "DataSize" -> "size; write a number and a unit, for example 16MB";
                case "int", "Integer", "long", "Long" -> "whole number, for example 8080";
                case "boolean", "Boolean" -> "switch; write true or false";
                case "URI", "URL" -> "address, for example https://crm.example.com/hook";
                default -> type + "; docs/settings.md has an example of each setting";
            };
        }
    }
}
