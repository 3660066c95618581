package org.coexhub.platform.settings;

import java.util.List;

/** Settings that are missing or wrong; each fault names the setting, says what is wrong and gives an example. */
public final class SettingFaultException extends IllegalArgumentException {

    private final transient List<String> faults;

    public SettingFaultException(String fault) {
        this(List.of(fault));
    }

    public SettingFaultException(List<String> faults) {
        super(String.join("\n", faults));
        this.faults = List.copyOf(faults);
    }

    /** One sentence per setting. */
    public List<String> faults() {
        return faults;
    }

    /** A wrong setting is a person's, so where the code noticed it helps nobody. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }
}
