package org.coexhub.outbound.command.validation;

import java.net.URI;
import java.util.Locale;
import java.util.Set;

/** Checks that Meta can fetch from an address: absolute, http or https, with a host. */
public final class WebAddress {

    private static final Set<String> SCHEMES = Set.of("http", "https");

    private WebAddress() {}

    public static boolean isOne(String text) {
        try {
            URI uri = URI.create(text);
            // "//host/a" is an address too, relative to a scheme that nobody knows here
            return uri.getScheme() != null
                    && SCHEMES.contains(uri.getScheme().toLowerCase(Locale.ROOT))
                    && uri.getHost() != null;
        } catch (IllegalArgumentException notAnAddress) {
            return false;
        }
    }
}
