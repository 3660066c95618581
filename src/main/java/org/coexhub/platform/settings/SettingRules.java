package org.coexhub.platform.settings;

import org.springframework.util.unit.DataSize;

import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules of one settings record. Collects every fault, so that a person corrects them all at once:
 *
 * <pre>{@code
 * SettingRules.of("hub.bulk").atLeast("in-flight", inFlight, 1, "20").check();
 * }</pre>
 */
public final class SettingRules {

    private final String prefix;
    private final List<String> faults = new ArrayList<>();

    private SettingRules(String prefix) {
        this.prefix = prefix;
    }

    public static SettingRules of(String prefix) {
        return new SettingRules(prefix);
    }

    /**
     * @param name the setting below the prefix, such as {@code in-flight}
     * @param demand goes on from the name, such as {@code must be at least 1}
     * @param example a value that is right
     */
    public SettingRules require(boolean holds, String name, String demand, String example) {
        if (!holds) {
            faults.add(SettingName.shown(prefix + "." + name) + " " + demand + ", e.g. " + example);
        }
        return this;
    }

    public SettingRules atLeast(String name, long value, long least, String example) {
        return require(value >= least, name, "must be at least " + least, example);
    }

    public SettingRules between(String name, long value, long least, long most, String example) {
        return require(
                value >= least && value <= most,
                name,
                "must be from " + least + " to " + most,
                example);
    }

    public SettingRules positive(String name, Duration value, String example) {
        return require(value.isPositive(), name, "must be longer than nothing", example);
    }

    public SettingRules notNegative(String name, Duration value, String example) {
        return require(!value.isNegative(), name, "must not be negative", example);
    }

    public SettingRules positive(String name, DataSize value, String example) {
        return require(value.toBytes() > 0, name, "must be more than nothing", example);
    }

    /** An http or https address with a host; empty is allowed. */
    public SettingRules address(String name, String value, String example) {
        return require(
                value.isBlank() || isAddress(value),
                name,
                "must be an address that begins with https:// or http://",
                example);
    }

    /** What goes into a header, and is shown to nobody; empty is allowed. */
    public SettingRules token(String name, String value, String example) {
        return require(
                value.isBlank() || value.chars().allMatch(c -> c > ' ' && c < 0x7f),
                name,
                "must be printable ASCII without spaces",
                example);
    }

    /** A file that can be read; empty is allowed. */
    public SettingRules file(String name, String value, String example) {
        return require(
                value.isBlank() || Files.isReadable(Path.of(value)),
                name,
                "must name a file that can be read",
                example);
    }

    /** Type patterns of events, with commas between. */
    public SettingRules eventTypes(String name, String value) {
        return require(
                value.matches("[A-Za-z0-9_.*,\\s]+"),
                name,
                "must be types of events with commas between, * for any part",
                "whatsapp.message.*");
    }

    /** A fault in words of its own, which begin with what goes on from the name. */
    public SettingRules fault(String name, String words) {
        faults.add(SettingName.shown(prefix + "." + name) + " " + words);
        return this;
    }

    /** @throws SettingFaultException with all faults, if there are any */
    public void check() {
        if (!faults.isEmpty()) {
            throw new SettingFaultException(faults);
        }
    }

    private static boolean isAddress(String value) {
        try {
            var uri = new URI(value.strip());
            return uri.getHost() != null
                    && ("https".equalsIgnoreCase(uri.getScheme())
                            || "http".equalsIgnoreCase(uri.getScheme()));
        } catch (URISyntaxException notAnAddress) {
            return false;
        }
    }
}
