package org.coexhub.platform.settings;

import java.util.Locale;

/** The two spellings of a setting: the variable {@code HUB_DATA_DIR} and the property {@code hub.data-dir}. */
final class SettingName {

    private SettingName() {}

    static String variable(String property) {
        return property.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_");
    }

    /** The property below a prefix that a record's component stands for. */
    static String property(String prefix, String component) {
        return prefix + "." + component.replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT);
    }

    /** Both spellings, as faults show them. */
    static String shown(String property) {
        return variable(property) + " (" + property + ")";
    }

    /** The same for every spelling that Spring takes for the same setting; list indices do not count. */
    static String plain(String name) {
        return name.replaceAll("\\[\\d+]|_\\d+_?$", "")
                .replaceAll("[^A-Za-z0-9]", "")
                .toLowerCase(Locale.ROOT);
    }
}
