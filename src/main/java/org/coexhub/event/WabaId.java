package org.coexhub.event;

import com.fasterxml.jackson.annotation.JsonValue;

import java.util.Objects;

/** Id of a WhatsApp Business Account. */
public record WabaId(@JsonValue String value) {

    public WabaId {
        Objects.requireNonNull(value, "value");
    }

    @Override
    public String toString() {
        return value;
    }
}
