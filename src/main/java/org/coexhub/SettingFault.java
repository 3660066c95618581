package org.coexhub;

/** A setting that is missing or wrong; its message names it, says what is wrong and gives an example. */
public final class SettingFault extends RuntimeException {

    public SettingFault(String message) {
        super(message, null, false, false);
    }
}
