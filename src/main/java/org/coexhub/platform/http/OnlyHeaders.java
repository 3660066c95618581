package org.coexhub.platform.http;

import org.apache.camel.Exchange;
import org.apache.camel.spi.HeaderFilterStrategy;

import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;

/** Lets in the headers and parameters that a route reads; whatever else a caller sends never becomes a message header. */
public final class OnlyHeaders implements HeaderFilterStrategy {

    private final Set<String> allowed;

    public OnlyHeaders(String... names) {
        allowed =
                Arrays.stream(names)
                        .map(name -> name.toLowerCase(Locale.ROOT))
                        .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public boolean applyFilterToCamelHeaders(String name, Object value, Exchange exchange) {
        return true;
    }

    @Override
    public boolean applyFilterToExternalHeaders(String name, Object value, Exchange exchange) {
        return !allowed.contains(name.toLowerCase(Locale.ROOT));
    }
}
