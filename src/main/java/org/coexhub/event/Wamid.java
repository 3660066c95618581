package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Objects;

/** WhatsApp's identity of a message, opaque; {@code wamid.…} nearly always, other prefixes exist. */
public record Wamid(@JsonValue String value) {

    public Wamid {
        Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return value;
    }
}
